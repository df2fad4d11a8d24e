import { describe, expect, it } from 'vitest';
import { cellSchema, studyHeaderSchema } from './study.ts';

const smallest = { dataset: 'glyphs', network: 'cnn-small', pretrain: { objective: 'natural', epochs: 1 } };

describe('cellSchema', () => {
  it('fills in every default of a cell that says the least', () => {
    expect(cellSchema.parse(smallest)).toEqual({
      dataset: { name: 'glyphs', train: 4000, validation: 500, test: 1000, seed: 0 },
      network: { kind: 'cnn-small' },
      pretrain: {
        objective: { kind: 'natural' },
        epochs: 1,
        batch: 128,
        optimizer: {
          kind: 'sgd',
          learningRate: 0.1,
          momentum: 0.9,
          nesterov: false,
          weightDecay: 1e-4,
          decay: 'coupled',
        },
        schedule: { kind: 'cosine', warmupEpochs: 0 },
        augmentation: 'dataset',
      },
      prune: { kind: 'none' },
      evaluate: { attacks: [], certificates: [], openWorld: [] },
    });
  });

  it('reads adversarial training as Madry et al. do it on CIFAR-10', () => {
    const { pretrain } = cellSchema.parse({ ...smallest, pretrain: { objective: 'adversarial', epochs: 1 } });
    expect(pretrain.objective).toEqual({
      kind: 'adversarial',
      norm: 'linf',
      epsilon: 8 / 255,
      steps: 10,
      stepSize: 2 / 255,
      randomStart: true,
    });
  });

  it.each([1, '1', '1/1', 1.0])('takes density %j of any strategy for the dense control', (density) => {
    expect(cellSchema.parse({ ...smallest, prune: { kind: 'random', density } }).prune).toEqual({
      kind: 'none',
    });
  });

  it('lets fine-tuning take the objective of pre-training, by default too', () => {
    const finetune = (fields: object) =>
      cellSchema.parse({ ...smallest, finetune: { epochs: 1, ...fields } });
    expect(finetune({}).finetune?.objective).toBe('matched');
    expect(finetune({ objective: 'natural' }).finetune?.objective).toEqual({ kind: 'natural' });
  });

  it.each([
    ['acceptance', 0.9, 0.95],
    ['number of examples', 500, 200],
  ])(
    'takes one %s for all open-world measurements, which are compared with each other',
    (what, one, other) => {
      const field = what === 'acceptance' ? what : 'examples';
      const measuring = (...values: readonly number[]) => ({
        ...smallest,
        evaluate: {
          openWorld: values.map((value) => ({ source: 'constant', epsilon: 0.1, [field]: value })),
        },
      });
      expect(cellSchema.safeParse(measuring(one, one)).success).toBe(true);
      const refused = cellSchema.safeParse(measuring(one, other));
      expect(refused.error?.issues[0]?.message).toContain(`Expected one ${what}`);
    },
  );

  it('refuses a field that it does not know, rather than leave it unread', () => {
    expect(cellSchema.safeParse({ ...smallest, prun: 'none' }).success).toBe(false);
    expect(cellSchema.safeParse({ ...smallest, evaluate: { attcks: [] } }).success).toBe(false);
  });
});

describe('studyHeaderSchema', () => {
  it('runs one seed, 0, unless told', () => {
    expect(studyHeaderSchema.parse({ name: 'a' })).toEqual({
      name: 'a',
      description: '',
      seeds: [0],
      exclude: [],
    });
  });

  it('refuses a study without a name or without seeds', () => {
    expect(studyHeaderSchema.safeParse({ name: '  ' }).success).toBe(false);
    expect(studyHeaderSchema.safeParse({ name: 'a', seeds: [] }).success).toBe(false);
  });
});
