import { describe, expect, it } from 'vitest';
import { openWorldName } from '#contract/open-world.ts';
import type { RecipeOf } from '#contract/stage.ts';
import { planOf, sampleDatasets } from '../../tests/fixture/plans.ts';
import { parseStudy } from './parse-study.ts';
import { planStudy } from './plan-study.ts';

const study = (openWorld: string, dataset = 'glyphs') => `
name: Open world
dataset: ${dataset}
network: cnn-small
pretrain: { objective: natural, epochs: 1 }
evaluate: { openWorld: ${openWorld} }
`;
const evaluationsOf = (yaml: string) =>
  planOf(yaml).stages.flatMap(({ recipe }): RecipeOf<'evaluate'>[] =>
    recipe.kind === 'evaluate' ? [recipe] : [],
  );
const namesOf = (yaml: string) =>
  evaluationsOf(yaml).map(({ evaluation }) =>
    evaluation.kind === 'open-world' ? openWorldName(evaluation.openWorld) : evaluation.kind,
  );
function issuesOf(yaml: string): string[] {
  const parsed = parseStudy(yaml);
  if (parsed.kind === 'invalid') return parsed.issues.map(({ message }) => message);
  const planned = planStudy(parsed, sampleDatasets);
  return planned.kind === 'invalid' ? planned.issues.map(({ message }) => message) : [];
}

describe('planning the open world', () => {
  it('adds the in-distribution twin of every measurement, and both unperturbed, once', () => {
    expect(namesOf(study('[{ source: [uniform-noise, constant], epsilon: [4/255, 8/255] }]'))).toEqual([
      'uniform-noise unperturbed',
      'uniform-noise pgd-10 linf 4/255',
      'in-distribution unperturbed',
      'in-distribution pgd-10 linf 4/255',
      'uniform-noise pgd-10 linf 8/255',
      'in-distribution pgd-10 linf 8/255',
      'constant unperturbed',
      'constant pgd-10 linf 4/255',
      'constant pgd-10 linf 8/255',
    ]);
  });

  it('attacks each detector on its own where the attack adapts', () => {
    const names = namesOf(
      study('[{ source: constant, epsilon: 0.1, detectors: [msp, energy], adaptTo: detector }]'),
    );
    expect(names.filter((name) => name.includes('adapted'))).toHaveLength(4);
    expect(names.filter((name) => name.includes('unperturbed'))).toHaveLength(2);
  });

  it('imports the dataset that a source takes its images from, and names it as an input', () => {
    const plan = planOf(study('[{ source: cifar10, epsilon: 0.1 }]'));
    const imported = plan.stages.filter(({ kind }) => kind === 'import');
    expect(imported.map(({ label }) => label)).toEqual(['import glyphs', 'import cifar10']);
    const sources = evaluationsOf(study('[{ source: cifar10, epsilon: 0.1 }]')).map(
      ({ inputs }) => inputs.source,
    );
    expect(new Set(sources)).toEqual(new Set([imported[1]!.key, undefined]));
  });

  it('refuses a source that is the task, is not there, or holds no classes out', () => {
    expect(issuesOf(study('[{ source: glyphs, epsilon: 0 }]'))[0]).toMatch(/is the task itself/);
    expect(issuesOf(study('[{ source: gtsrbb, epsilon: 0 }]'))[0]).toMatch(/no dataset gtsrbb/);
    expect(issuesOf(study('[{ source: held-out-classes, epsilon: 0 }]'))[0]).toMatch(/heldOut/);
  });

  it('builds the network for the classes that are not held out', () => {
    const yaml = study(
      '[{ source: held-out-classes, epsilon: 0 }]',
      '{ name: cifar10, heldOut: [class 3, class 7] }',
    );
    const recipe = planOf(yaml).stages.find(({ kind }) => kind === 'pretrain')!
      .recipe as RecipeOf<'pretrain'>;
    expect(recipe.network.classCount).toBe(8);
    expect(issuesOf(yaml.replace('class 7', 'class 77'))[0]).toMatch(/no class class 77/);
  });
});
