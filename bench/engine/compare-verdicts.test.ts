import { describe, expect, it } from 'vitest';
import { compareVerdicts, differingExamples } from './compare-verdicts.ts';

const epsilon = 8 / 255;
const side = (survived: string, leads: readonly number[]) => ({
  survived,
  leads,
  scales: leads.map(() => 10),
});
const nobody = { examples: [], leads: [], distances: [] };

describe('differingExamples', () => {
  it('names the images about which the sides disagree', () => {
    expect(differingExamples({ survived: '10110' }, { survived: '11100' })).toEqual([1, 3]);
  });
});

describe('compareVerdicts', () => {
  it('gives the attacked accuracy of either side', () => {
    const same = side('1100', [-1, -1, 1, 1]);
    const { attackedAccuracy, differences } = compareVerdicts(same, side('1000', [-1, 2, 1, 1]), {
      judged: nobody,
      epsilon,
    });
    expect(attackedAccuracy).toEqual({ ours: 0.5, peer: 0.25 });
    expect(differences).toHaveLength(1);
  });

  it('explains what only our attack broke by a witness that the peer confirms', () => {
    const judged = { examples: [0], leads: [0.5], distances: [epsilon] };
    const found = compareVerdicts(side('0', [0.5]), side('1', [-0.3]), { judged, epsilon });
    expect(found.differences[0]).toMatchObject({ survived: 'peer', reason: 'broken on the path' });
    expect(found.unexplained).toBe(0);
  });

  it.each([
    ['lies outside the ball', { examples: [0], leads: [0.5], distances: [epsilon + 0.001] }],
    ['is classified correctly by the peer', { examples: [0], leads: [-0.5], distances: [epsilon] }],
    ['was not looked at', nobody],
  ])('accepts no witness that %s', (_why, judged) => {
    const found = compareVerdicts(side('0', [0.5]), side('1', [-0.3]), { judged, epsilon });
    expect(found.unexplained).toBe(1);
  });

  it('explains what only the peer broke by a lead as small as rounding', () => {
    const found = compareVerdicts(side('1', [-0.2]), side('0', [0.005]), { judged: nobody, epsilon });
    expect(found.differences[0]).toMatchObject({ survived: 'ours', reason: 'within rounding' });
  });

  it('leaves unexplained what only the peer broke by a clear lead', () => {
    const found = compareVerdicts(side('1', [-0.2]), side('0', [0.2]), { judged: nobody, epsilon });
    expect(found.differences[0]!.reason).toBe('unexplained');
    expect(found.unexplained).toBe(1);
  });
});
