import { describe, expect, it } from 'vitest';
import { networkKinds } from '#contract/network.ts';
import { parseStudy } from './parse-study.ts';
import { sampleStudy } from '../../tests/fixture/plans.ts';

const rest = `
dataset: glyphs
network: cnn-small
pretrain: { objective: natural, epochs: 1 }
prune: { kind: [random, magnitude], density: [1, 0.1] }`;

/** Line, column and message of everything that is wrong. */
function issuesOf(yaml: string): string[] {
  const study = parseStudy(yaml);
  if (study.kind === 'valid') return [];
  return study.issues.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('parseStudy', () => {
  it('expands a sound study to its cells, header apart', () => {
    const study = parseStudy(sampleStudy);
    expect(study.kind).toBe('valid');
    if (study.kind !== 'valid') return;
    expect(study.header).toMatchObject({ name: 'Sharing', seeds: [0, 1, 2], description: '' });
    expect(study.cells).toHaveLength(16);
    expect(study.cells[0]!.cell.prune).toEqual({ kind: 'random', density: 0.5, scope: 'network' });
  });

  it('says what was probably meant by an unknown field, wherever it stands', () => {
    expect(
      issuesOf(`name: Slips
sedes: [0]
dataset: { name: glyphs, trian: 5 }
network: cnn-small
pretrain:
  objective: natural
  epochs: 1
  optimiser: sgd
evaluate:
  attacks:
    - { kind: fgsm, epsilon: 0.1, steps: 5 }
    - kind: pgd
      epsilon: 0.1
      restrats: 5`),
    ).toEqual([
      '2:1 Unknown field sedes. Did you mean seeds?',
      '3:26 Unknown field trian. Did you mean train?',
      '8:3 Unknown field optimiser. Did you mean optimizer?',
      '11:35 Unknown field steps. Known here: kind, norm, epsilon.',
      '14:7 Unknown field restrats. Did you mean restarts?',
    ]);
  });

  it('says that a field goes with another choice where it does', () => {
    expect(
      issuesOf(`name: Choices
dataset: { name: cifar10, test: 100 }
network: cnn-small
pretrain: { objective: natural, epochs: 1 }`),
    ).toEqual([
      '2:27 The field test goes with another kind or name than the one given beside it. Remove it, or choose that one.',
    ]);
  });

  it('lists the kinds that there are, and the one that was probably meant', () => {
    expect(
      issuesOf(`name: Kinds
dataset: glyphs
network: cnn-smal
pretrain: { objective: adverserial, epochs: 1 }
finetune: { objective: mached, epochs: 1 }
evaluate: { attacks: [{ epsilon: 0.1 }] }`),
    ).toEqual([
      `3:10 Expected one of ${networkKinds.join(', ')}, got cnn-smal. Did you mean cnn-small?`,
      '4:24 Expected one of natural, adversarial, trades, interval, crown-interval, mixed-symbolic, stability, gaussian, outlier-exposure, energy-tuned, background-class, outlier-adversarial, calibrated, got adverserial. Did you mean adversarial?',
      '5:24 Expected one of matched, natural, adversarial, trades, interval, crown-interval, mixed-symbolic, stability, gaussian, outlier-exposure, energy-tuned, background-class, outlier-adversarial, calibrated, got mached. Did you mean matched?',
      '6:23 The field kind is missing: one of fgsm, pgd, noise is needed.',
    ]);
  });

  it('points at the value in a list that is out of range, once however many cells take it', () => {
    expect(issuesOf(`name: Range\nseeds: [0, -1]${rest.replace('[1, 0.1]', '[1, 0.1,\n  90]')}`)).toEqual([
      '2:12 Expected a number of at least 0, got -1.',
      '7:3 Density must lie in (0, 1], got 90. Density is the kept fraction; was sparsity meant?',
    ]);
  });

  it('points at the value of an expanded attack', () => {
    expect(
      issuesOf(`name: Attacks${rest}
evaluate:
  attacks:
    - { kind: fgsm, epsilon: [0, 0.1] }
    - { kind: pgd, epsilon: [1/255,
        8x] }`),
    ).toEqual(['10:9 Expected a number or a fraction such as 8/255, got "8x".']);
  });

  it('names fields that are missing, at the group that misses them', () => {
    expect(issuesOf('name: Missing\ndataset: glyphs\npretrain:\n  objective: natural')).toEqual([
      '1:1 The field network is missing.',
      '3:1 The field epochs is missing: a number is needed.',
    ]);
  });

  it.each([
    ['a sequence', '- a'],
    ['a word', 'study'],
    ['nothing', ''],
  ])('refuses %s for a study', (_, yaml) => {
    expect(issuesOf(yaml)).toEqual(['1:1 A study is a group of fields, such as name: My study.']);
  });

  it.each([
    ['a bracket that never closes', 'name: [a\nb: c', 2],
    ['the same field twice', 'name: a\nname: b', 2],
    ['a tab for indentation', 'name: a\ndataset:\n\tname: glyphs', 3],
  ])('says where YAML itself breaks: %s', (_, yaml, line) => {
    const study = parseStudy(yaml);
    expect(study.kind).toBe('invalid');
    if (study.kind !== 'invalid') return;
    expect(study.issues[0]!.message).toMatch(/^This is not YAML: /);
    expect(study.issues[0]!.line).toBe(line);
  });

  it('refuses aliases that multiply beyond measure', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe'])
      bomb.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${of}`).join(', ')}]`);
    expect(issuesOf(bomb.join('\n'))[0]).toContain('alias');
  });

  it('refuses more than 10,000 runs without making them', () => {
    const list = (count: number) => `[${Array.from({ length: count }, (_, index) => index + 1).join(', ')}]`;
    const study = (seeds: number) =>
      `name: Large\nseeds: ${list(seeds)}${rest.replace('epochs: 1', `epochs: ${list(40)}, batch: ${list(40)}`)}`;
    expect(issuesOf(study(2))).toEqual([
      expect.stringContaining(
        'would make 12,800 runs (6,400 cells x 2 seeds), at most 10,000 are planned at once',
      ),
    ]);
    expect(issuesOf(study(1))).toEqual([]);
  });

  it('refuses attacks beyond count without making them', () => {
    const list = `[${Array.from({ length: 50 }, (_, index) => index / 100).join(', ')}]`;
    const attack = `{ kind: pgd, epsilon: ${list}, stepSize: ${list}, steps: ${list} }`;
    expect(issuesOf(`name: Attacks${rest}\nevaluate: { attacks: [${attack}] }`)).toEqual([
      '6:13 These come to 125,000 attacks, at most 100 are run on each network. Shorten a list.',
    ]);
  });

  it('refuses an empty list, which would leave no runs', () => {
    expect(issuesOf(`name: Empty${rest.replace('[1, 0.1]', '[]')}`)).toEqual([
      expect.stringContaining('This list is empty'),
    ]);
  });
});

describe('exclude', () => {
  const excluding = (exclude: string) => issuesOf(`name: Excluding${rest}\nexclude:\n  - ${exclude}`);

  it.each([
    ['a word', '{ prune: random }'],
    ['a number', '{ prune.density: 0.1 }'],
    ['a fraction of the same value', '{ prune.density: 1/10 }'],
    ['the kind by its own name', '{ prune.kind: random }'],
    ['several settings at once', '{ prune: magnitude, prune.density: "0.1", network: cnn-small }'],
  ])('takes %s', (_, exclude) => {
    expect(excluding(exclude)).toEqual([]);
  });

  it('takes a radius as the papers write it', () => {
    const study = (epsilon: string) => `name: Radius
dataset: glyphs
network: cnn-small
pretrain: { objective: { kind: adversarial, epsilon: [2/255, 8/255] }, epochs: 1 }
exclude: [{ pretrain.objective.epsilon: ${epsilon} }]`;
    expect(issuesOf(study('8/255'))).toEqual([]);
    expect(issuesOf(study(String(8 / 255)))).toEqual([]);
    expect(issuesOf(study('4/255'))).toEqual([expect.stringContaining('leaves nothing out')]);
  });

  it('takes a matched objective by that word and by what it matches', () => {
    const study = (objective: string) => `name: Matched
dataset: glyphs
network: cnn-small
pretrain: { objective: [natural, adversarial], epochs: 1 }
finetune: { objective: matched, epochs: 1 }
exclude: [{ finetune.objective: ${objective} }]`;
    expect(issuesOf(study('matched'))).toEqual([]);
    expect(issuesOf(study('adversarial'))).toEqual([]);
  });

  it('says that an entry leaves nothing out, for that is a slip', () => {
    expect(excluding('{ prune: random, prune.density: 0.2 }')).toEqual([
      '7:5 No cell of the study agrees with all of this, so it leaves nothing out.',
    ]);
  });

  it('says which setting was probably meant', () => {
    expect(excluding('{ prune.densty: 0.1 }')).toEqual([
      '7:7 No cell of the study has a setting prune.densty. Did you mean prune.density?',
    ]);
    expect(excluding('{ density: 0.1 }')[0]).toContain('Did you mean prune.density?');
  });
});
