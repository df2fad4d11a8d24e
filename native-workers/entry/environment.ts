import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Environment } from '#contract/device.ts';
import { readInstallation } from '#workers/engine/tensorflow/installation.ts';
import type { StartedEngine } from './start-engine.ts';

/** The package whose exact version decides what an engine computes; tensorflow is none of Redoubt's. */
const enginePackages: Readonly<Record<Exclude<StartedEngine['kind'], 'tensorflow'>, string>> = {
  onnx: 'onnxruntime-node',
  wasm: '@tensorflow/tfjs-backend-wasm',
};

/** What makes the numbers of this process. */
export function describeEnvironment({ kind, engine }: StartedEngine): Environment {
  const { version, dependencies } = readPackage();
  return {
    redoubt: version,
    engine: kind,
    engineVersion:
      kind === 'tensorflow' ? tensorflowVersion() : versionIn(dependencies, enginePackages[kind]),
    device: engine.device,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
}

function versionIn(dependencies: Readonly<Record<string, string>>, name: string): string {
  return `${name} ${dependencies[name] ?? 'of unknown version'}`;
}

function tensorflowVersion(): string {
  const installed = readInstallation();
  return `${installed.library}, ${installed.package}`;
}

const packageSchema = z.object({ version: z.string(), dependencies: z.record(z.string(), z.string()) });

/** Dependencies are pinned there to exact versions. */
function readPackage(): z.output<typeof packageSchema> {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return packageSchema.parse(JSON.parse(text));
}
