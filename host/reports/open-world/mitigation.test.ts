import { describe, expect, it } from 'vitest';
import type { Settings } from '#contract/run.ts';
import { mitigation } from './mitigation.ts';
import type { OpenWorldGroup } from './read-open-world-runs.ts';

const group = (label: string, settings: Settings): OpenWorldGroup => ({
  group: {
    id: label,
    label,
    settings,
    line: label,
    density: 0.1,
    isDense: false,
    runs: [],
    answers: new Map(),
  },
  measurements: [],
  asked: [],
});
const rowsOf = (...groups: readonly OpenWorldGroup[]) =>
  mitigation(groups, { attack: 'pgd-10 linf', epsilon: 0.1 }, () => undefined).rows.map(
    ({ label, seen, baseline }) => ({ label, seen, baseline }),
  );
const scores = (objective: string, more: Settings = {}): Settings => ({
  'pretrain.objective': 'natural',
  prune: 'learned-scores',
  'prune.training.objective': objective,
  'finetune.objective': 'natural',
  ...more,
});

describe('mitigation', () => {
  it('counts as seen what training within pruning saw, and finds the baseline of such a run', () => {
    const exposed = scores('outlier-exposure', { 'prune.training.objective.outliers': 'gtsrb' });
    expect(rowsOf(group('plain', scores('natural')), group('exposed', exposed))).toEqual([
      { label: 'plain', seen: [], baseline: undefined },
      { label: 'exposed', seen: ['gtsrb'], baseline: 'plain' },
    ]);
  });

  it('compares with the run that trains the same way but for its outliers, stage by stage', () => {
    const objectives = (pretrain: string, finetune: string, outliers?: string): Settings => ({
      'pretrain.objective': pretrain,
      'finetune.objective': finetune,
      ...(outliers !== undefined && { 'finetune.objective.outliers': outliers }),
    });
    const rows = rowsOf(
      group('natural', objectives('natural', 'natural')),
      group('adversarial', objectives('adversarial', 'natural')),
      group('twice adversarial', objectives('adversarial', 'adversarial')),
      group('exposed', objectives('adversarial', 'outlier-exposure', 'constant')),
      group('attacked', objectives('adversarial', 'outlier-adversarial', 'constant')),
    );
    expect(rows.slice(3).map(({ baseline }) => baseline)).toEqual(['adversarial', 'twice adversarial']);
  });

  it('compares training beside generated images with natural training, and nothing with it', () => {
    const exposed = scores('outlier-exposure', { 'prune.training.objective.outliers': 'gtsrb' });
    const joint = group('joint', scores('calibrated', { 'prune.training.objective.channels': 16 }));
    expect(rowsOf(joint, group('plain', scores('natural')), group('exposed', exposed))).toEqual([
      { label: 'joint', seen: [], baseline: 'plain' },
      { label: 'plain', seen: [], baseline: undefined },
      { label: 'exposed', seen: ['gtsrb'], baseline: 'plain' },
    ]);
    expect(rowsOf(joint, group('exposed', exposed))[1]).toMatchObject({ baseline: undefined });
  });
});
