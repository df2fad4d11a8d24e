import { describe, expect, it } from 'vitest';
import { sizeTable } from './size-table.ts';

const dense = {
  'weights.total': 214_760,
  'weights.kept': 54_132,
  'weights.effective': 54_000,
  'bytes.dense': 859_672,
  'bytes.sparse': 243_728,
  'macs.dense': 926_696,
  'macs.nonzero': 281_076,
  'macs.effective': 281_000,
  'latency.1': 0.70831,
  'latency.64': 29.5778,
};
const linesOf = (metrics: Readonly<Record<string, number>>): string[][] =>
  sizeTable(metrics)!
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/ {2,}/));

describe('sizeTable', () => {
  it('says the five numbers of a network, and how many weights are kept in name only', () => {
    expect(linesOf(dense)).toEqual([
      ['weights', '214,760', '54,132', '54,000'],
      ['multiply-accumulates', '926,696', '281,076', '281,000'],
      ['bytes', '859,672', '243,728'],
      ['ms for 1 image', '0.708'],
      ['ms for 64 images', '29.6'],
    ]);
  });

  it('adds what is left where channels were taken out', () => {
    const shrunk = { 'bytes.shrunk': 218_000, 'macs.shrunk': 281_076, 'latency.shrunk.64': 1.4088 };
    expect(linesOf({ ...dense, ...shrunk }).map((line) => line.at(-1))).toEqual([
      '54,000',
      '281,076',
      '218,000',
      '0.708',
      '1.41',
    ]);
  });

  it('says nothing of a run that was not measured', () => {
    expect(sizeTable({ clean: 0.9 })).toBeUndefined();
  });
});
