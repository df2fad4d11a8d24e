import { describe, expect, it } from 'vitest';
import { parseStudy } from './parse-study.ts';
import { planStudy } from './plan-study.ts';
import { sampleDatasets } from '../../tests/fixture/plans.ts';

const issuesOf = (network: string, prune: string, pretrain = '{ objective: natural, epochs: 1 }') => {
  const parsed = parseStudy(`
name: Prunes
dataset: glyphs
network: ${network}
pretrain: ${pretrain}
prune: ${prune}
`);
  if (parsed.kind === 'invalid') throw new Error('The study should parse.');
  const planned = planStudy(parsed, sampleDatasets);
  return planned.kind === 'invalid' ? planned.issues : [];
};

describe('checkPruning', () => {
  it('says at the strategy that it needs batch-norm, and what to do', () => {
    const issues = issuesOf('cnn-small', '{ kind: batchnorm-scale, density: 0.5 }');
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ path: ['prune', 'kind'], line: 6 });
    expect(issues[0]!.message).toMatch(/cnn-small has no batch-norm.*filter-l1/);
  });

  it('has no objection to filters of that network, to scales of another, or to what is not pruned', () => {
    expect(issuesOf('cnn-small', '{ kind: filter-l1, density: 0.5 }')).toEqual([]);
    expect(issuesOf('[vgg4-bn, wrn-28-1]', '{ kind: batchnorm-scale, density: 0.5 }')).toEqual([]);
    expect(issuesOf('cnn-small', '{ kind: batchnorm-scale, density: 1 }')).toEqual([]);
  });

  it('refuses a penalty on scales that the network does not have', () => {
    const penalised = '{ objective: natural, epochs: 1, scalePenalty: 1e-4 }';
    const [issue] = issuesOf('cnn-small', 'none', penalised);
    expect(issue).toMatchObject({ path: ['pretrain', 'scalePenalty'], line: 5 });
    expect(issuesOf('vgg4-bn', 'none', penalised)).toEqual([]);
  });

  it('refuses gradient scores of a training that carries a GAN from step to step, and no other pruning beside it', () => {
    const joint = '{ objective: calibrated, epochs: 1 }';
    const [issue, ...others] = issuesOf('cnn-small', '{ kind: gradient, density: 0.5 }', joint);
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ path: ['prune', 'objective'], line: 6 });
    expect(issue!.message).toMatch(/calibrated trains a GAN.*objective: natural/);
    expect(issuesOf('cnn-small', '{ kind: gradient, density: 0.5, objective: natural }', joint)).toEqual([]);
    expect(issuesOf('cnn-small', '{ kind: gradient, density: 0.5, objective: calibrated }')).toHaveLength(1);
    const scores = '{ kind: learned-scores, density: 0.5, training: { epochs: 1 } }';
    expect(issuesOf('cnn-small', scores, joint)).toEqual([]);
  });
});
