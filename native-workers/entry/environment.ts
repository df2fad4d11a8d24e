import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Environment } from '#contract/device.ts';
import type { StartedEngine } from './start-engine.ts';

/** The package whose exact version decides what an engine computes. */
const enginePackages: Readonly<Record<StartedEngine['kind'], string>> = {
  onnx: 'onnxruntime-node',
  wasm: '@tensorflow/tfjs-backend-wasm',
};

/** What makes the numbers of this process. */
export function describeEnvironment({ kind, engine }: StartedEngine): Environment {
  const { version, dependencies } = readPackage();
  const enginePackage = enginePackages[kind];
  return {
    redoubt: version,
    engine: kind,
    engineVersion: `${enginePackage} ${dependencies[enginePackage] ?? 'of unknown version'}`,
    device: engine.device,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
}

const packageSchema = z.object({ version: z.string(), dependencies: z.record(z.string(), z.string()) });

/** Dependencies are pinned there to exact versions. */
function readPackage(): z.output<typeof packageSchema> {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return packageSchema.parse(JSON.parse(text));
}
