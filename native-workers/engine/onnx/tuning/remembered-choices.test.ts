import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRememberedChoices } from './remembered-choices.ts';

const shape = '64x8x8x64 3x3 strides 1,1 padding 1,1,1,1 dilations 1,1 outputs 64';
const milliseconds = { 'by-position': { shortest: 10, median: 11 }, 'per-image': { shortest: 7, median: 8 } };

describe('what a machine remembers', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'redoubt-tuning-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const place = () => join(folder, readdirSync(folder)[0]!);
  const files = () => readdirSync(place());

  it('is there for the next process, with its reasons', () => {
    openRememberedChoices(folder, 'a processor').remember(shape, { variant: 'per-image', milliseconds });
    expect(openRememberedChoices(folder, 'a processor').recall(shape)).toBe('per-image');
    const text = readFileSync(join(place(), files()[0]!), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ machine: 'a processor', shape, milliseconds });
  });

  it('is nothing that another machine goes by', () => {
    openRememberedChoices(folder, 'a processor').remember(shape, { variant: 'per-image', milliseconds });
    expect(openRememberedChoices(folder, 'another one').recall(shape)).toBeUndefined();
  });

  it('is what the first of two processes found', () => {
    const [first, second] = [1, 2].map(() => openRememberedChoices(folder, 'a processor')) as [
      Opened,
      Opened,
    ];
    expect(first.remember(shape, { variant: 'per-image', milliseconds })).toBe('per-image');
    expect(second.remember(shape, { variant: 'by-position', milliseconds })).toBe('per-image');
    expect(files()).toHaveLength(1);
  });

  it('is found anew where its file was damaged', () => {
    const remembered = openRememberedChoices(folder, 'a processor');
    remembered.remember(shape, { variant: 'per-image', milliseconds });
    writeFileSync(join(place(), files()[0]!), '{"variant": "per-');
    expect(remembered.recall(shape)).toBeUndefined();
    expect(remembered.remember(shape, { variant: 'as-convolution', milliseconds })).toBe('as-convolution');
  });

  it('is nothing where nothing can be written', () => {
    const file = join(folder, 'a file');
    writeFileSync(file, '');
    const remembered = openRememberedChoices(file, 'a processor');
    expect(remembered.remember(shape, { variant: 'per-image', milliseconds })).toBeUndefined();
  });
});

type Opened = ReturnType<typeof openRememberedChoices>;
