import { readFileSync } from 'node:fs';
import { version_core } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Environment } from '#contract/device.ts';
import type { Engine } from '#workers/engine/engine.ts';
import type { WorkerOptions } from './options.ts';

/** What makes the numbers of this process. */
export const describeEnvironment = (options: WorkerOptions, engine: Engine): Environment => ({
  redoubt: readVersion(),
  engine: options.engine,
  engineVersion: `TensorFlow.js ${version_core}`,
  device: engine.device,
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
});

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
