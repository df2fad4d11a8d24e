import { describe, expect, it } from 'vitest';
import { attackSchema } from '#contract/attack.ts';
import { certificateSchema } from '#contract/certificate.ts';
import { proofStatuses, type ExampleOutcomes, type ProofStatus } from '#contract/outcomes.ts';
import type { RecipeOf } from '#contract/stage.ts';
import type { StoredStage } from '#host/store/store.ts';
import type { Evaluation } from './evaluation.ts';
import { evaluationCards } from './evaluation-card.ts';
import { findContradictions } from './sandwich.ts';

const outcomes = (survived: readonly number[], statuses?: readonly ProofStatus[]): ExampleOutcomes => ({
  examples: Uint32Array.from(survived, (_, index) => 10 + index),
  labels: new Uint16Array(survived.length),
  cleanPredictions: new Uint16Array(survived.length),
  attackedPredictions: Uint16Array.from(survived, (bit) => 1 - bit),
  survived: Uint8Array.from(survived),
  distances: new Float32Array(survived.length),
  ...(statuses && {
    proofs: {
      statuses: Uint8Array.from(statuses, (status) => proofStatuses.indexOf(status)),
      margins: new Float32Array(statuses.length),
    },
  }),
});

function evaluation(
  asked: RecipeOf<'evaluate'>['evaluation'],
  found: ExampleOutcomes | undefined,
): Evaluation {
  const recipe: RecipeOf<'evaluate'> = {
    kind: 'evaluate',
    version: 1,
    examples: 4,
    evaluation: asked,
    inputs: { data: 'a'.repeat(64), model: 'b'.repeat(64) },
    seed: 0,
  };
  return { stage: { key: JSON.stringify(asked), state: 'done' } as StoredStage, recipe, outcomes: found };
}

const statuses = ['verified', 'verified', 'unknown', 'falsified'] as const;
const falsifiedFirst = ['falsified', 'unknown', 'unknown', 'unknown'] as const;
const certified = (settings: object, found = outcomes([1, 1, 1, 0], statuses)): Evaluation =>
  evaluation({ kind: 'certificate', certificate: certificateSchema.parse(settings) }, found);
const attacked = (survived: readonly number[], settings: object): Evaluation =>
  evaluation({ kind: 'attack', attack: attackSchema.parse(settings) }, outcomes(survived));

const crown = certified({ kind: 'crown', epsilon: '2/255' });
const pgd = { kind: 'pgd', epsilon: '2/255' };

describe('findContradictions', () => {
  it('finds nothing where all that is verified survives', () => {
    expect(findContradictions([crown, attacked([1, 1, 0, 0], pgd)])).toEqual([]);
  });

  it('names the verified images that an attack in the ball broke', () => {
    const [found, ...others] = findContradictions([crown, attacked([1, 0, 0, 0], pgd)]);
    expect(others).toEqual([]);
    expect(found?.examples).toEqual([11]);
    expect(found?.message).toContain(
      '1 test image verified by crown linf 2/255 did not survive pgd-50 linf 2/255',
    );
  });

  it('names the verified images that another certificate of the ball found a witness against', () => {
    const other = certified({ kind: 'interval', epsilon: '1/255' }, outcomes([0, 1, 1, 1], falsifiedFirst));
    const found = findContradictions([crown, other]);
    expect(found.map(({ certificate, examples }) => [certificate, examples])).toEqual([[crown, [10]]]);
  });

  it('does not ask of a proof what lies outside its ball', () => {
    expect(findContradictions([crown, attacked([0, 0, 0, 0], { ...pgd, epsilon: '3/255' })])).toEqual([]);
    expect(findContradictions([crown, attacked([0, 0, 0, 0], { ...pgd, norm: 'l2', epsilon: 0.5 })])).toEqual(
      [],
    );
  });

  it('asks for an l2 ball inside the linf ball', () => {
    const inside = attacked([0, 1, 1, 1], { ...pgd, norm: 'l2', epsilon: '1/255' });
    expect(findContradictions([crown, inside])[0]?.examples).toEqual([10]);
  });

  it('asks nothing of smoothing, which speaks of another classifier', () => {
    const smoothing = certified({ kind: 'smoothing', epsilon: 0.5 });
    expect(
      findContradictions([smoothing, attacked([0, 0, 0, 0], { ...pgd, norm: 'l2', epsilon: 0.5 })]),
    ).toEqual([]);
  });

  it('waits until both are done', () => {
    expect(
      findContradictions([crown, evaluation({ kind: 'attack', attack: attackSchema.parse(pgd) }, undefined)]),
    ).toEqual([]);
  });
});

describe('evaluationCards', () => {
  const context = { classCount: 10, twin: [] };

  it('gives the certified accuracy over all examples', () => {
    const [card] = evaluationCards([crown], context);
    expect(card?.certified).toMatchObject({ successes: 2, total: 4 });
    expect([card?.attacked, card?.error, card?.label]).toEqual([undefined, undefined, 'crown linf 2/255']);
  });

  it('refuses the number of a certificate that an attack contradicts, and says so on both cards', () => {
    const [proof, evidence] = evaluationCards([crown, attacked([1, 0, 0, 0], pgd)], context);
    expect(proof?.certified).toBeUndefined();
    expect(proof?.error).toContain('cannot both be right');
    expect(evidence?.error).toBe(proof?.error);
  });

  it('measures retention against the certificate of the dense twin', () => {
    const dense = certified(
      { kind: 'crown', epsilon: '2/255' },
      outcomes([1, 1, 1, 1], Array(4).fill('verified') as ProofStatus[]),
    );
    expect(evaluationCards([crown], { ...context, twin: [dense] })[0]?.retention).toBe(0.5);
  });
});
