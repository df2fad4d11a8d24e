import { describe, expect, it } from 'vitest';
import { sampleDatasets } from '../../tests/fixture/plans.ts';
import { parseStudy } from './parse-study.ts';
import { planStudy } from './plan-study.ts';

const marked = '{ kind: background-class, outliers: constant }';
const study = (openWorld: string, objective = 'natural', more = '') => `
name: Detectors
dataset: glyphs
network: cnn-small
pretrain: { objective: ${objective}, epochs: 1 }
${more}
evaluate:
  openWorld:
    - { source: uniform-noise, epsilon: 0.1 }
    - ${openWorld}
`;
function issuesOf(yaml: string) {
  const parsed = parseStudy(yaml);
  if (parsed.kind === 'invalid') throw new Error(parsed.issues.map(({ message }) => message).join(' '));
  const planned = planStudy(parsed, sampleDatasets);
  return planned.kind === 'invalid' ? planned.issues : [];
}

describe('checkDetectors', () => {
  const asking = '{ source: constant, epsilon: [0, 0.1], detectors: [msp, background-class] }';

  it('refuses to ask a network without a background class for it, and points at the list', () => {
    const issues = issuesOf(study(asking));
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ path: ['evaluate', 'openWorld', 1, 'detectors'], line: 10 });
    expect(issues[0]!.message).toMatch(/no training of this run gives it one.*objective: background-class/);
  });

  it('refuses it where one run of a study has no background class', () => {
    expect(issuesOf(study(asking, `[natural, ${marked}]`))).toHaveLength(1);
    expect(
      issuesOf(study(asking, '{ kind: outlier-adversarial, outliers: constant, epsilon: 0.1 }')),
    ).toHaveLength(1);
  });

  it('allows it where any training of the run gives the network a background class', () => {
    expect(issuesOf(study(asking, marked))).toEqual([]);
    const finetune = `finetune: { objective: ${marked}, epochs: 1 }`;
    expect(issuesOf(study(asking, 'natural', finetune))).toEqual([]);
  });

  it('refuses an attack that adapts to feature-squeezing, whose score no gradient leads to', () => {
    const squeezed = (adaptTo: string, epsilon: string) =>
      issuesOf(
        study(
          `{ source: constant, epsilon: ${epsilon}, detectors: [msp, feature-squeezing], adaptTo: ${adaptTo} }`,
        ),
      );
    const issues = squeezed('detector', '0.1');
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ path: ['evaluate', 'openWorld', 1, 'detectors'] });
    expect(issues[0]!.message).toMatch(/No gradient leads to the score of feature-squeezing/);
    expect(squeezed('none', '0.1')).toEqual([]);
    expect(squeezed('detector', '0')).toEqual([]);
    expect(squeezed('[none, detector]', '0.1')).toHaveLength(1);
  });
});
