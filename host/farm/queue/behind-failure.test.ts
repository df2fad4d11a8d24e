import { expect, it } from 'vitest';
import type { StageState } from '#contract/run.ts';
import { findBehindFailure } from './behind-failure.ts';

const input = (key: string, state: StageState) => ({ key, label: `stage ${key}`, state });

it('follows what waits through to the stage that failed or was cancelled', () => {
  const behind = findBehindFailure([
    { key: 'prune', inputs: [input('data', 'done'), input('pretrain', 'failed')] },
    { key: 'finetune', inputs: [input('data', 'done'), input('prune', 'queued')] },
    { key: 'other', inputs: [input('running', 'running')] },
    { key: 'evaluate', inputs: [input('stopped', 'cancelled')] },
  ]);
  expect([...behind]).toEqual([
    ['prune', 'stage pretrain'],
    ['finetune', 'stage pretrain'],
    ['evaluate', 'stage stopped'],
  ]);
});
