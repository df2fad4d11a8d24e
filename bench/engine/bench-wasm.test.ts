import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generateGlyphs } from '#workers/data/glyphs.ts';
import { readRecords } from '../sides/tasks/task.ts';
import { recordsOf } from './bench-wasm.ts';

it('lays glyphs out so that reading the records gives them back', () => {
  const glyphs = generateGlyphs({ count: 3, seed: 0, split: 'test' });
  const folder = mkdtempSync(join(tmpdir(), 'redoubt-records-'));
  try {
    const file = join(folder, 'glyphs.bin');
    writeFileSync(file, recordsOf(glyphs));
    const { images, labels } = readRecords(file, 2, 1);
    expect([...labels]).toEqual([...glyphs.labels.slice(1)]);
    expect([...images]).toEqual([...Float32Array.from(glyphs.images.slice(3072), (byte) => byte / 255)]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
