import { describe, expect, it } from 'vitest';
import { attackSchema } from '#contract/attack.ts';
import { certificateSchema } from '#contract/certificate.ts';
import { measureProportion } from '../statistics/proportion.ts';
import type { Answer, ComparedRuns, Question } from '../study/compared-runs.ts';
import { epsilonPanels } from './epsilon-panels.ts';

const attack = (id: string, steps: number, epsilon: string): Question => ({
  id,
  threat: '',
  attack: attackSchema.parse({ kind: 'pgd', epsilon, steps }),
});
const certificate = (kind: 'interval' | 'crown' | 'smoothing'): Question => ({
  id: kind,
  threat: '',
  attack: undefined,
  certificate: certificateSchema.parse({ kind, epsilon: '2/255' }),
});
const questions: readonly Question[] = [
  { id: 'clean', threat: '', attack: undefined },
  attack('weak', 10, '2/255'),
  attack('strong', 100, '2/255'),
  attack('wide', 10, '8/255'),
  certificate('interval'),
  certificate('crown'),
  certificate('smoothing'),
];

const answerOf = (correct: readonly number[]): Answer => {
  const proportion = measureProportion(
    correct.reduce((sum, one) => sum + one, 0),
    correct.length,
  );
  return {
    spread: { count: 1, mean: proportion.value, deviation: undefined },
    proportion,
    perRun: [],
    correctness: new Map([
      [
        0,
        {
          examples: Uint32Array.from(correct.keys()),
          labels: new Uint16Array(correct.length),
          correct: Uint8Array.from(correct),
        },
      ],
    ]),
    retention: undefined,
    versusDense: undefined,
    isBest: false,
  };
};

const compared = {
  questions,
  groups: [
    {
      id: 'group',
      label: 'one',
      settings: {},
      line: '',
      density: 1,
      isDense: true,
      runs: [],
      answers: new Map([
        ['clean', answerOf([1, 1, 1, 1, 1, 0])],
        ['weak', answerOf([1, 1, 1, 1, 0, 0])],
        ['strong', answerOf([1, 1, 0, 1, 1, 0])],
        ['wide', answerOf([1, 0, 0, 0, 0, 0])],
        ['interval', answerOf([1, 0, 0, 0, 0, 0])],
        ['crown', answerOf([0, 1, 0, 0, 0, 0])],
        ['smoothing', answerOf([1, 1, 1, 1, 1, 1])],
      ]),
    },
  ],
} as unknown as ComparedRuns;

describe('accuracy against epsilon', () => {
  const sixths = (points: readonly { readonly value: { readonly mean: number } }[]): number[] =>
    points.map(({ value }) => Math.round(6 * value.mean));

  it('is bounded above by the worst case of each ball and below by what any certificate verified', () => {
    const panel = epsilonPanels(compared).find(({ norm }) => norm === 'linf');
    expect(panel?.attacked.map(({ epsilon }) => Math.round(255 * epsilon))).toEqual([0, 2, 8]);
    expect(sixths(panel?.attacked ?? [])).toEqual([5, 3, 1]);
    expect(sixths(panel?.certified ?? [])).toEqual([5, 2]);
    expect(panel?.attacked[1]?.by).toEqual(['weak', 'strong']);
    expect(panel?.certified[1]?.by).toEqual(['interval', 'crown']);
  });

  it('joins attacks of the same images only', () => {
    const [group] = compared.groups;
    const strong = answerOf([1, 1, 0, 1, 1, 0]);
    const own = strong.correctness.get(0)!;
    const shifted = new Map([[0, { ...own, examples: own.examples.map((example) => example + 1) }]]);
    const answers = new Map([...(group?.answers ?? []), ['strong', { ...strong, correctness: shifted }]]);
    const [panel] = epsilonPanels({ ...compared, groups: [{ ...group, answers }] } as ComparedRuns);
    expect(panel?.attacked.map(({ epsilon }) => Math.round(255 * epsilon))).toEqual([0, 8]);
  });

  it('leaves smoothing out, which certifies another classifier', () => {
    expect(epsilonPanels(compared).map(({ norm }) => norm)).toEqual(['linf']);
  });
});
