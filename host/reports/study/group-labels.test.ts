import { describe, expect, it } from 'vitest';
import type { Settings } from '#contract/run.ts';
import { labelOfSettings, lineOf, varyingPaths } from './group-labels.ts';

const natural = { 'pretrain.objective': 'natural', 'finetune.objective': 'natural' };
const adversarial = {
  'pretrain.objective': 'adversarial',
  'pretrain.objective.epsilon': 8 / 255,
  'finetune.objective': 'adversarial',
};
const dense = { prune: 'none', 'prune.density': 1 };
const magnitude = { prune: 'magnitude', 'prune.density': 0.1, 'prune.scope': 'network' };
const random = { prune: 'random', 'prune.density': 0.1, 'prune.scope': 'network' };

describe('varyingPaths', () => {
  it('counts one difference once: an adversarial objective has an epsilon, a natural one has none', () => {
    expect(varyingPaths([natural, adversarial])).toEqual(['pretrain.objective', 'finetune.objective']);
  });

  it('keeps what varies within an objective', () => {
    const weaker = { ...adversarial, 'pretrain.objective.epsilon': 4 / 255 };
    expect(varyingPaths([natural, adversarial, weaker])).toContain('pretrain.objective.epsilon');
  });

  it('counts the training of learned scores as part of learning scores', () => {
    const learned = {
      ...magnitude,
      prune: 'learned-scores',
      'prune.training.epochs': 4,
      'prune.training.batch': 128,
      'prune.training.optimizer': 'sgd',
      'prune.training.optimizer.momentum': 0.9,
    };
    expect(varyingPaths([dense, magnitude, learned])).toEqual(['prune', 'prune.density']);
  });

  it('tells filters with learned scores from filters without by one setting', () => {
    const filters = { prune: 'filter-l1', 'prune.density': 0.1, 'prune.scope': 'layer' };
    const learned = { ...filters, 'prune.training.batch': 128, 'prune.training.epochs': 4 };
    expect(varyingPaths([filters, learned])).toEqual(['prune.training.epochs']);
  });

  it('does not call being pruned at all a way of pruning', () => {
    expect(varyingPaths([dense, magnitude])).toEqual(['prune.density']);
    expect(varyingPaths([dense, magnitude, random])).toEqual(['prune', 'prune.density']);
  });
});

describe('labelOfSettings', () => {
  const label = (settings: Settings, all: readonly Settings[]) =>
    labelOfSettings(settings, varyingPaths(all));

  it('says the objectives of both trainings', () => {
    const mixed = { ...adversarial, 'finetune.objective': 'natural' };
    expect(label(mixed, [natural, adversarial, mixed])).toBe('adversarial → natural');
  });

  it('says the strategy of pruned runs where there are several', () => {
    expect(label({ ...natural, ...random }, [natural, magnitude, random])).toBe('natural → natural, random');
  });

  it('says nothing where nothing but the density differs', () => {
    expect(
      label({ ...natural, ...magnitude }, [
        { ...natural, ...dense },
        { ...natural, ...magnitude },
      ]),
    ).toBe('natural → natural');
  });
});

describe('lineOf', () => {
  it('is the same for all densities of one strategy', () => {
    const sparser = { ...magnitude, 'prune.density': 0.05 };
    expect(lineOf(sparser, { withPruning: true })).toBe(lineOf(magnitude, { withPruning: true }));
    expect(lineOf(random, { withPruning: true })).not.toBe(lineOf(magnitude, { withPruning: true }));
  });

  it('is the same for dense and pruned once pruning is left out', () => {
    expect(lineOf({ ...natural, ...dense }, { withPruning: false })).toBe(
      lineOf({ ...natural, ...magnitude }, { withPruning: false }),
    );
  });
});
