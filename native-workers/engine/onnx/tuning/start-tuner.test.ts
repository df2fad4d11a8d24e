import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  conv2d,
  grad,
  randomUniform,
  tidy,
  type Rank,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../engine.ts';
import { startOnnx } from '../start-onnx.ts';

describe('an engine that measures', () => {
  let folder: string;
  let engine: Engine | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'redoubt-tuning-'));
  });
  afterEach(() => {
    engine?.dispose();
    engine = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<Engine> => {
    engine?.dispose();
    engine = await startOnnx({ tuning: { folder, now: () => performance.now() } });
    return engine;
  };
  const startWith = async (threads: number): Promise<Engine> => {
    engine?.dispose();
    engine = await startOnnx({ threads });
    return engine;
  };
  const file = () => {
    const [machine] = readdirSync(folder) as [string];
    return join(folder, machine, readdirSync(join(folder, machine))[0]!);
  };
  const decide = (variant: string): void => {
    writeFileSync(file(), JSON.stringify({ variant, milliseconds: {} }));
  };

  it('remembers, and computes the same bits by the same choice whoever made it', async () => {
    const fresh = await start();
    await filterGradient();
    const [shape, variant] = Object.entries(fresh.choices!.taken())[0]!;
    const found: Record<string, Float32Array> = { [variant]: await filterGradient() };
    for (const other of ['by-position', 'as-convolution']) {
      decide(other);
      const again = await start();
      found[other] ??= await filterGradient();
      expect(await filterGradient()).toEqual(found[other]);
      expect(again.choices!.taken()).toEqual({ [shape]: other, threads: '1' });
    }
    expect(found['by-position']).not.toEqual(found['as-convolution']);

    // The machine now says as-convolution; a checkpoint of a stage that began by position comes first.
    engine!.choices!.keepTo({ [shape]: 'by-position' });
    expect(await filterGradient()).toEqual(found['by-position']);
    engine!.choices!.keepTo({});
    expect(await filterGradient()).toEqual(found['as-convolution']);
  });

  it('goes on with as many threads as a stage began with, to the bit', async () => {
    const single = await startWith(1);
    const begun = await filterGradient(narrow);
    const choices = single.choices!.taken();
    const double = await startWith(2);
    const fresh = await filterGradient(narrow);
    expect(double.choices!.taken()['threads']).toBe('2');
    double.choices!.keepTo(choices);
    expect(await filterGradient(narrow)).toEqual(begun);
    expect(double.choices!.taken()['threads']).toBe('1');
    double.choices!.keepTo({});
    expect(await filterGradient(narrow)).toEqual(fresh);
  });
});

type Images = [count: number, rows: number, columns: number, channels: number];

/** One whose gradient onnxruntime sums in stretches whose length depends on how many threads share them. */
const narrow: Images = [8, 16, 16, 16];

async function filterGradient(shape: Images = [64, 4, 4, 96]): Promise<Float32Array> {
  const channels = shape[3];
  const gradient = tidy(() => {
    const images = randomUniform<Rank.R4>(shape, -1, 1, 'float32', 1);
    const slopes = randomUniform(shape, -1, 1, 'float32', 2);
    const filter = randomUniform([3, 3, channels, channels], -1, 1, 'float32', 3);
    return grad((weights: Tensor) => conv2d(images, weights as Tensor4D, 1, 'same'))(filter, slopes);
  });
  const values = (await gradient.data()) as Float32Array;
  gradient.dispose();
  return values.slice();
}
