import { describe, expect, it } from 'vitest';
import { describeCase, pytorchHeadline, ratiosOf, type CaseResult } from './case.ts';

const caseOf = (fields: Partial<CaseResult> & { readonly ratio?: number }): CaseResult => {
  const { ratio = 1, ...rest } = fields;
  return {
    measure: 'forward',
    network: 'cnn-large',
    batch: 64,
    threads: 2,
    oursMs: 20,
    oursSpread: 0.04,
    rounds: 5,
    peers: { [pytorchHeadline.peer]: { ms: 20 * ratio, spread: 0, ratio } },
    ...rest,
  };
};

describe('ratiosOf', () => {
  it('takes the median over the cases of each measure', () => {
    const cases = [
      ...[1, 4, 2].map((ratio) => caseOf({ ratio })),
      caseOf({ measure: 'pgdStep', ratio: 0.5 }),
    ];
    expect(ratiosOf(cases, pytorchHeadline)).toEqual({ forward: 2, pgdStep: 0.5 });
  });

  it('leaves out other numbers of threads and other forms of the peer', () => {
    const other = { 'pytorch-compile-tuned': { ms: 1, spread: 0, ratio: 0.1 } };
    const cases = [caseOf({ ratio: 3 }), caseOf({ ratio: 9, threads: 1 }), caseOf({ peers: other })];
    expect(ratiosOf(cases, pytorchHeadline)).toEqual({ forward: 3 });
  });

  it('says nothing of what was compared with nobody', () => {
    expect(ratiosOf([caseOf({ peers: {} })], pytorchHeadline)).toEqual({});
  });
});

describe('describeCase', () => {
  it('says what was measured, how steadily, and the ratio to each peer', () => {
    expect(describeCase(caseOf({ ratio: 1.5 }))).toBe(
      'forward            cnn-large              batch  64, 2 threads: ours 20.0 ms (±4 %, 5 rounds); pytorch-eager-tuned 30.0 ms, ratio 1.50',
    );
  });
});
