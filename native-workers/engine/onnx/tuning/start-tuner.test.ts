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
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<Engine> => {
    engine?.dispose();
    engine = await startOnnx({ tuning: { folder, now: () => performance.now() } });
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
      expect(again.choices!.taken()).toEqual({ [shape]: other });
    }
    expect(found['by-position']).not.toEqual(found['as-convolution']);

    // The machine now says as-convolution; a checkpoint of a stage that began by position comes first.
    engine!.choices!.keepTo({ [shape]: 'by-position' });
    expect(await filterGradient()).toEqual(found['by-position']);
    engine!.choices!.keepTo({});
    expect(await filterGradient()).toEqual(found['as-convolution']);
  });
});

async function filterGradient(): Promise<Float32Array> {
  const gradient = tidy(() => {
    const images = randomUniform<Rank.R4>([64, 4, 4, 96], -1, 1, 'float32', 1);
    const slopes = randomUniform([64, 4, 4, 96], -1, 1, 'float32', 2);
    const filter = randomUniform([3, 3, 96, 96], -1, 1, 'float32', 3);
    return grad((weights: Tensor) => conv2d(images, weights as Tensor4D, 1, 'same'))(filter, slopes);
  });
  const values = (await gradient.data()) as Float32Array;
  gradient.dispose();
  return values.slice();
}
