import type { DatasetFacts } from '#contract/dataset.ts';
import { parseStudy } from './parse-study.ts';
import type { Plan } from './plan.ts';
import { planStudy } from './plan-study.ts';

/** Datasets and plans for tests. */
export const sampleDatasets: ReadonlyMap<string, DatasetFacts> = new Map(
  [
    { name: 'glyphs', checksum: 'a'.repeat(64), trainCount: 1_000_000, testCount: 100_000 },
    { name: 'cifar10', checksum: 'b'.repeat(64), trainCount: 50_000, testCount: 10_000 },
    { name: 'test-only', checksum: 'c'.repeat(64), trainCount: 0, testCount: 50 },
  ].map((facts) => [
    facts.name,
    { ...facts, shape: [32, 32, 3], classes: Array.from({ length: 10 }, (_, label) => `class ${label}`) },
  ]),
);

/** 3 prunings x 4 densities x 3 seeds, pre-trained once per seed. */
export const sampleStudy = `
name: Sharing
seeds: [0, 1, 2]
dataset: glyphs
network: cnn-small
pretrain: { objective: adversarial, epochs: 2 }
prune: { kind: [random, magnitude], density: [0.5, 0.2, 0.1, 0.05], scope: [network, layer] }
exclude: [{ prune: random, prune.scope: layer }]
finetune: { epochs: 1 }
evaluate: { attacks: [{ kind: pgd, epsilon: [4/255, 8/255] }] }
`;

export function planOf(yaml: string): Plan {
  const study = parseStudy(yaml);
  if (study.kind === 'invalid') throw new Error(study.issues.map((issue) => issue.message).join('\n'));
  const planned = planStudy(study, sampleDatasets);
  if (planned.kind === 'invalid') throw new Error(planned.issues.map((issue) => issue.message).join('\n'));
  return planned.plan;
}
