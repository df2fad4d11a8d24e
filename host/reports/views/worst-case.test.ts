import { describe, expect, it } from 'vitest';
import { attackSchema } from '#contract/attack.ts';
import type { StoredStage } from '#host/store/store.ts';
import type { Evaluation } from './evaluation.ts';
import { worstCaseCards } from './worst-case.ts';

type Found = { readonly epsilon: string; readonly steps?: number; readonly survived?: readonly number[] };

function attacked({ epsilon, steps = 50, survived }: Found): Evaluation {
  const length = survived?.length ?? 4;
  return {
    stage: { key: `${steps} ${epsilon}` } as StoredStage,
    recipe: {
      kind: 'evaluate',
      version: 1,
      examples: length,
      evaluation: { kind: 'attack', attack: attackSchema.parse({ kind: 'pgd', epsilon, steps }) },
      inputs: { data: 'a'.repeat(64), model: 'b'.repeat(64) },
      seed: 0,
    },
    outcomes: survived && {
      examples: Uint32Array.from(survived.keys()),
      labels: new Uint16Array(length),
      cleanPredictions: new Uint16Array(length),
      attackedPredictions: new Uint16Array(length),
      survived: Uint8Array.from(survived),
      distances: new Float32Array(length),
    },
  };
}

describe('the worst case over attacks', () => {
  it('is lower than any mean where attacks break different examples', () => {
    const [card] = worstCaseCards(
      [
        attacked({ epsilon: '8/255', survived: [1, 1, 0, 1] }),
        attacked({ epsilon: '8/255', steps: 100, survived: [1, 0, 1, 1] }),
      ],
      [],
    );
    expect(card?.attacked).toMatchObject({ successes: 2, total: 4 });
    expect(card?.attacks.map(({ soleBreaks }) => soleBreaks)).toEqual([1, 1]);
  });

  it('takes no attack of another ball', () => {
    const cards = worstCaseCards(
      [
        attacked({ epsilon: '8/255', survived: [1, 1, 1, 1] }),
        attacked({ epsilon: '8/255', steps: 100, survived: [1, 1, 1, 0] }),
        attacked({ epsilon: '4/255', survived: [0, 0, 0, 0] }),
      ],
      [],
    );
    expect(cards.map(({ label, attacked }) => [label, attacked?.successes])).toEqual([
      ['worst linf 8/255', 3],
    ]);
  });

  it('has no number before every attack is done', () => {
    const [card] = worstCaseCards(
      [attacked({ epsilon: '8/255', survived: [1, 1, 1, 1] }), attacked({ epsilon: '8/255', steps: 100 })],
      [],
    );
    expect(card?.attacked).toBeUndefined();
    expect(card?.attacks).toHaveLength(2);
  });

  it('is compared with the dense twin only where the same attacks made it', () => {
    const hundredfold = (pattern: number[]) => Array.from({ length: 100 }, () => pattern).flat();
    const own = [
      attacked({ epsilon: '8/255', survived: hundredfold([1, 0, 0, 0]) }),
      attacked({ epsilon: '8/255', steps: 100, survived: hundredfold([1, 1, 0, 0]) }),
    ];
    const twin = [
      attacked({ epsilon: '8/255', survived: hundredfold([1, 1, 0, 0]) }),
      attacked({ epsilon: '8/255', steps: 100, survived: hundredfold([1, 1, 1, 0]) }),
    ];
    const other = [
      ...twin.slice(0, 1),
      attacked({ epsilon: '8/255', steps: 7, survived: hundredfold([1, 1, 1, 0]) }),
    ];
    expect(worstCaseCards(own, twin)[0]?.retention).toBe(0.5);
    expect(worstCaseCards(own, other)[0]?.retention).toBeUndefined();
  });
});
