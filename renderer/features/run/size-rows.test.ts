import { expect, it } from 'vitest';
import { sizeRows } from './size-rows.ts';

it('lists what was measured, and nothing else', () => {
  const rows = sizeRows({
    density: 0.1,
    'bytes.dense': 4096,
    'bytes.sparse': 512,
    'latency.1': 0.4567,
    clean: 1,
  });
  expect(rows).toEqual([
    { name: 'Density', dense: '1', pruned: '0.1', shrunk: undefined },
    { name: 'Checkpoint', dense: '4.0 KiB', pruned: '512 B', shrunk: undefined },
    { name: 'Latency, batch 1', dense: undefined, pruned: '0.457 ms', shrunk: undefined },
  ]);
});

it('is empty before a network is measured', () => {
  expect(sizeRows({ 'train.loss': 1 })).toEqual([]);
});
