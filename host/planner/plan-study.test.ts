import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { inputsOf, type StageKind } from '#contract/stage.ts';
import { contentKey } from './content-key.ts';
import { parseStudy } from './parse-study.ts';
import { planOf, sampleDatasets, sampleStudy } from '../../tests/fixture/plans.ts';
import { planStudy } from './plan-study.ts';
import type { Plan } from '#contract/plan.ts';

const countKind = (plan: Plan, kind: StageKind) => plan.stages.filter((stage) => stage.kind === kind).length;
const labelsOf = (yaml: string) => planOf(yaml).stages.map((stage) => stage.label);
const runKeys = (plan: Plan) => plan.runs.map((run) => run.key).sort();
const stageKeys = (plan: Plan) => plan.stages.map((stage) => stage.key).sort();

const oneRun = `
name: One
dataset: glyphs
network: cnn-small
pretrain: { objective: adversarial, epochs: 2 }
`;

describe('planStudy', () => {
  it('pre-trains once per seed for 3 prunings x 4 densities x 3 seeds', () => {
    const plan = planOf(sampleStudy);
    expect(plan.runs).toHaveLength(36);
    expect(countKind(plan, 'import')).toBe(1);
    expect(countKind(plan, 'pretrain')).toBe(3);
    expect(countKind(plan, 'prune')).toBe(36);
    expect(countKind(plan, 'finetune')).toBe(36);
    expect(countKind(plan, 'evaluate')).toBe(72);
    expect(plan.unsharedStageCount).toBe(36 * 6);
    expect(plan.excludedCellCount).toBe(4);
  });

  it('names the stages in plain words, with the network they work on', () => {
    expect(
      labelsOf(`${oneRun}
prune: { kind: magnitude, density: 0.1 }
finetune: { epochs: 1 }
evaluate: { attacks: [{ kind: pgd, epsilon: 8/255 }] }`),
    ).toEqual([
      'import glyphs',
      'pretrain cnn-small adversarial seed 0',
      'prune magnitude 0.1 network (adversarial) seed 0',
      'finetune adversarial (adversarial, magnitude 0.1 network) seed 0',
      'evaluate pgd-50 linf 8/255 (adversarial, magnitude 0.1 network, adversarial) seed 0',
    ]);
  });

  it('gives no two stages one name where only the schedule of their pruning differs', () => {
    const training = 'training: { objective: natural, epochs: 2 }';
    const labels = labelsOf(`${oneRun}
prune:
  kind: magnitude
  density: 0.1
  schedule: [one-shot, { kind: iterative, ${training} }, { kind: iterative, rounds: 10, ${training} }, { kind: gradual, ${training} }]
finetune: { epochs: 1 }
evaluate: { attacks: [{ kind: pgd, epsilon: 8/255 }] }`);
    expect(new Set(labels).size).toBe(labels.length);
  });

  it('measures clean accuracy alone where no attack is asked for', () => {
    expect(labelsOf(oneRun)).toEqual([
      'import glyphs',
      'pretrain cnn-small adversarial seed 0',
      'evaluate clean (adversarial) seed 0',
    ]);
  });

  it('fine-tunes the dense twin too, so that budgets are equal', () => {
    const plan = planOf(`${oneRun}
prune: { kind: magnitude, density: [1, 0.1] }
finetune: { epochs: 1 }`);
    expect(plan.runs.map((run) => run.stages.map((stage) => stage.kind))).toEqual([
      ['import', 'pretrain', 'finetune', 'evaluate'],
      ['import', 'pretrain', 'prune', 'finetune', 'evaluate'],
    ]);
  });

  it('leaves a fine-tuning of no epochs out, and evaluates what comes before it', () => {
    const without = planOf(`${oneRun}prune: { kind: magnitude, density: 0.1 }`);
    const none = planOf(`${oneRun}prune: { kind: magnitude, density: 0.1 }
finetune: { epochs: 0 }`);
    expect(runKeys(none)).toEqual(runKeys(without));
    const evaluation = none.stages.at(-1)!;
    expect(inputsOf(evaluation.recipe)['model']).toBe(none.stages.find(({ kind }) => kind === 'prune')!.key);
  });

  it('gives matched fine-tuning the objective of its pre-training, settings included', () => {
    const study = (objective: string) => `
name: Matched
dataset: glyphs
network: cnn-small
pretrain: { objective: { kind: adversarial, epsilon: 4/255 }, epochs: 2 }
finetune: { objective: ${objective}, epochs: 1 }`;
    expect(runKeys(planOf(study('matched')))).toEqual(
      runKeys(planOf(study('{ kind: adversarial, epsilon: 4/255 }'))),
    );
  });

  it('makes one run of cells that come to the same stages', () => {
    const plan = planOf(`${oneRun}prune: { kind: [random, magnitude], density: [1, 0.1] }`);
    expect(plan.runs.map((run) => run.settings['prune'])).toEqual(['none', 'random', 'magnitude']);
    expect(plan.runs.map((run) => run.settings['prune.density'])).toEqual([1, 0.1, 0.1]);
  });

  it('gives a dataset imported again with other bytes other keys', () => {
    const study = parseStudy(oneRun.replace('glyphs', 'cifar10'));
    if (study.kind === 'invalid') throw new Error('The study is sound.');
    const facts = sampleDatasets.get('cifar10')!;
    const plans = ['d', 'e'].map((digit) =>
      planStudy(study, new Map([['cifar10', { ...facts, checksum: digit.repeat(64) }]])),
    );
    const keys = plans.map((planned) => (planned.kind === 'planned' ? stageKeys(planned.plan) : []));
    expect(keys[0]).toHaveLength(3);
    expect(keys[0]!.filter((key) => keys[1]!.includes(key))).toEqual([]);
  });

  it('shares nothing between seeds but the data', () => {
    const plan = planOf(`${oneRun}seeds: [0, 1]`);
    const [first, second] = plan.runs.map((run) => run.stages.map((stage) => stage.key));
    expect(first!.filter((key) => second!.includes(key))).toEqual([plan.stages[0]!.key]);
  });

  it.each([
    ['dataset: cifar1', 'Did you mean cifar10?'],
    ['dataset: imagenet', 'The library has glyphs, cifar10'],
    ['dataset: test-only', 'no training images'],
    ['dataset: { name: cifar10, validation: 50000 }', 'leaves none to train on'],
    ['dataset: { name: cifar10, train: 49900 }', 'more than that'],
    ['dataset: { name: glyphs, test: 50 }\nevaluate: { examples: 51 }', '51 are asked for'],
    ['evaluate: { attacks: [{ kind: pgd, epsilon: 0.1, target: 10 }] }', 'classes 0 to 9'],
  ])('says that %j cannot be, at its line', (field, words) => {
    const name = field.split(':')[0]!;
    const lines = oneRun.split('\n').filter((line) => !line.startsWith(`${name}:`));
    const study = parseStudy([...lines, field].join('\n'));
    const planned = study.kind === 'invalid' ? study : planStudy(study, sampleDatasets);
    expect(planned.kind).toBe('invalid');
    if (planned.kind !== 'invalid') return;
    expect(planned.issues[0]!.message).toContain(words);
    expect(planned.issues[0]!.line).toBeGreaterThanOrEqual(lines.length + 1);
  });
});

describe('every plan', () => {
  it('lists no stage twice, and each after all that it takes', () => {
    fc.assert(
      fc.property(studies(), (study) => {
        const seen = new Set<string>();
        for (const stage of planOf(stringify(study)).stages) {
          expect(seen).not.toContain(stage.key);
          for (const input of Object.values(inputsOf(stage.recipe))) expect(seen).toContain(input);
          seen.add(stage.key);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has a path of its own stages for every run, closed under inputs, and no stage that no run needs', () => {
    fc.assert(
      fc.property(studies(), (study) => {
        const plan = planOf(stringify(study));
        const stages = new Map(plan.stages.map((stage) => [stage.key, stage]));
        const needed = new Set<string>();
        for (const run of plan.runs) {
          const before = new Set<string>();
          for (const { key } of run.stages) {
            for (const input of Object.values(inputsOf(stages.get(key)!.recipe)))
              expect(before).toContain(input);
            before.add(key);
            needed.add(key);
          }
          expect(run.stages[0]!.kind).toBe('import');
          expect(run.stages.at(-1)!.kind).toBe('evaluate');
        }
        expect(needed).toEqual(new Set(stages.keys()));
      }),
      { numRuns: 60 },
    );
  });

  it('keys every stage by its recipe, and names every run apart', () => {
    fc.assert(
      fc.property(studies(), (study) => {
        const plan = planOf(stringify(study));
        for (const stage of plan.stages) expect(stage.key).toBe(contentKey(stage.recipe));
        expect(new Set(plan.runs.map((run) => run.key)).size).toBe(plan.runs.length);
        expect(new Set(plan.runs.map((run) => run.name)).size).toBe(plan.runs.length);
      }),
      { numRuns: 60 },
    );
  });

  it('has the same keys however the fields, lists and seeds of its study are ordered', () => {
    fc.assert(
      fc.property(studies(), fc.infiniteStream(fc.nat({ max: 1000 })), (study, chance) => {
        const permuted = permute(study, () => chance.next().value as number);
        expect(stageKeys(planOf(stringify(permuted)))).toEqual(stageKeys(planOf(stringify(study))));
        expect(runKeys(planOf(stringify(permuted)))).toEqual(runKeys(planOf(stringify(study))));
      }),
      { numRuns: 60 },
    );
  });
});

/** Small studies with factors anywhere. */
function studies(): fc.Arbitrary<Record<string, unknown>> {
  const maybeList = <Value>(value: fc.Arbitrary<Value>) =>
    fc.oneof(
      value,
      fc.uniqueArray(value, { minLength: 1, maxLength: 3, selector: (each) => stringify(each) }),
    );
  const epsilon = fc.constantFrom('2/255', '8/255', 8 / 255, 0.1);
  const objective = fc.oneof(
    fc.constantFrom('natural', 'adversarial'),
    fc.record({ kind: fc.constant('adversarial'), epsilon: maybeList(epsilon) }),
  );
  const training = { epochs: maybeList(fc.integer({ min: 1, max: 3 })) };
  return fc.record(
    {
      name: fc.constant('Any'),
      seeds: fc.uniqueArray(fc.nat({ max: 9 }), { minLength: 1, maxLength: 3 }),
      dataset: maybeList(fc.constantFrom('glyphs', 'cifar10')),
      network: maybeList(fc.constantFrom('cnn-small', 'mlp')),
      pretrain: fc.record({ objective: maybeList(objective), ...training }),
      prune: fc.oneof(
        fc.constant('none'),
        fc.record({
          kind: maybeList(fc.constantFrom('magnitude', 'random')),
          density: maybeList(fc.constantFrom(1, 0.5, '1/10')),
        }),
      ),
      finetune: fc.record({ objective: maybeList(fc.constantFrom('matched', 'natural')), ...training }),
      evaluate: fc.record({
        attacks: fc.array(fc.record({ kind: fc.constantFrom('fgsm', 'pgd'), epsilon: maybeList(epsilon) }), {
          maxLength: 3,
        }),
      }),
    },
    { requiredKeys: ['name', 'dataset', 'network', 'pretrain'] },
  );
}

function permute(value: unknown, chance: () => number): unknown {
  const shuffled = <Element>(elements: readonly Element[]): Element[] =>
    elements
      .map((element) => ({ element, place: chance() }))
      .sort((left, right) => left.place - right.place)
      .map(({ element }) => element);
  if (Array.isArray(value)) return shuffled(value.map((element) => permute(element, chance)));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([field, inner]) => [field, permute(inner, chance)] as const);
  return Object.fromEntries(shuffled(fields));
}
