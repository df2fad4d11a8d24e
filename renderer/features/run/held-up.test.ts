import { expect, it } from 'vitest';
import { findHoldUp } from './held-up.ts';

it('finds what the rest of a run waits behind, and no evaluation or fit', () => {
  const done = { kind: 'import', state: 'done' } as const;
  const failed = { kind: 'pretrain', state: 'failed' } as const;
  const waiting = { kind: 'finetune', state: 'queued' } as const;
  expect(findHoldUp([done, failed, waiting])).toBe(failed);
  expect(findHoldUp([done, { kind: 'evaluate', state: 'failed' }])).toBeUndefined();
  expect(findHoldUp([done, { kind: 'fit', state: 'failed' }, waiting])).toBeUndefined();
});
