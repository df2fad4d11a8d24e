import { expect, it, vi } from 'vitest';
import type { RunDetail } from '#contract/views.ts';
import { chooseSeries, listChoices, RunDetails } from './run-details.ts';

const detail = (seed: number): RunDetail => ({
  key: String(seed),
  name: '',
  seed,
  state: 'done',
  studies: [],
  settings: {},
  metrics: {},
  createdAt: 0,
  finishedAt: undefined,
  evaluations: [],
  worstCases: [],
  recipe: '',
  series: [{ stage: `p${seed}`, stageLabel: `pretrain seed ${seed}`, metric: 'train.loss' }],
  lineage: [
    {
      key: `p${seed}`,
      kind: 'pretrain',
      label: `pretrain seed ${seed}`,
      state: 'done',
      seconds: undefined,
      progress: undefined,
      failure: undefined,
      sharedByRuns: 0,
      recipe: '',
      summaries: [],
      environment: undefined,
    },
  ],
});

it('gives runs at different seeds the same choice of curve', () => {
  expect(listChoices([detail(0), detail(1)])).toEqual(['pretrain · train.loss']);
});

it('falls back to the loss where the wanted series is gone', () => {
  expect(chooseSeries(['a · x', 'a · train.loss'], 'a · y')).toBe('a · train.loss');
});

it('asks about a run once, but again after a failure', async () => {
  const ask = vi.fn().mockRejectedValueOnce(new Error('down')).mockResolvedValue(detail(0));
  const details = new RunDetails(ask);
  await expect(details.get('0')).rejects.toThrow('down');
  await details.get('0');
  await details.get('0');
  expect(ask).toHaveBeenCalledTimes(2);
});
