import { totalmem } from 'node:os';
import type { DeviceKind } from '#contract/device.ts';
import { findBackend, registerBackend, removeBackend, type KernelBackend } from '@tensorflow/tfjs-core';
import type { Engine } from '../engine.ts';
import { startBackend } from '../start-backend.ts';
import { OnnxBackend } from './backend.ts';
import { describeDevice } from './devices/device-rules.ts';
import { registerKernels } from './kernels/kernels.ts';
import { probeChannelBlock } from './probe.ts';
import { createPrograms, type ProgramSettings } from './programs.ts';
import { startTuner, type Tuning } from './tuning/start-tuner.ts';

export type OnnxSettings = {
  readonly device?: DeviceKind;
  /** What the device is called, for people. */
  readonly adapter?: string;
  /** How many threads one operation may use. Counts for the first start; a running engine is used as it is. */
  readonly threads?: number;
  /** What all compiled programs together may take. */
  readonly programBytes?: number;
  readonly tuning?: Tuning;
};

const backendName = 'onnx';

/**
 * Steps that take turns, as an attack's and its training's, must fit together: a large network's do in 3 GiB and
 * would be compiled again and again in less. A small machine's memory comes first.
 */
const defaultProgramBytes = Math.min(3 * 2 ** 30, Math.max(2 ** 30, totalmem() / 8));

/** onnxruntime on a device: operations are collected and computed together when a value is read. */
export async function startOnnx(settings: OnnxSettings = {}): Promise<Engine> {
  const { threads = 1, programBytes = defaultProgramBytes } = settings;
  const backend =
    runningBackend() ?? launch({ ...settings, device: settings.device ?? 'cpu', threads, programBytes });
  if (settings.device !== undefined && settings.device !== backend.device)
    throw new Error(
      `This process computes on ${backend.device} already: dispose of that engine to compute on ${settings.device}.`,
    );
  const device = describeDevice(backend.device, { threads, adapter: settings.adapter });
  const started = await startBackend(backendName, { kind: 'onnx', device });
  return {
    ...started,
    ...(backend.choices && { choices: backend.choices }),
    freeze: (tensors) => {
      for (const tensor of Object.values(tensors)) backend.freeze(tensor.dataId);
    },
    dispose: () => {
      removeBackend(backendName);
    },
  };
}

function runningBackend(): OnnxBackend | undefined {
  const found = findBackend(backendName) as KernelBackend | null;
  return found instanceof OnnxBackend ? found : undefined;
}

type LaunchSettings = OnnxSettings & Required<Pick<OnnxSettings, 'device' | 'threads' | 'programBytes'>>;

function launch({ device, threads, programBytes, tuning }: LaunchSettings): OnnxBackend {
  const shared = { device, threads, byteLimit: programBytes };
  const backend = new OnnxBackend(
    createPrograms(
      device === 'cpu'
        ? { ...shared, ...onProcessor(threads, tuning) }
        : { ...shared, lowering: { isPortable: true } },
    ),
    device,
  );
  registerBackend(backendName, () => backend);
  registerKernels(backendName);
  return backend;
}

function onProcessor(
  threads: number,
  tuning: Tuning | undefined,
): Pick<ProgramSettings, 'lowering' | 'tuner'> {
  const channelBlock = probeChannelBlock();
  return {
    lowering: channelBlock === undefined ? {} : { channelBlock },
    tuner: startTuner(tuning, { threads, channelBlock }),
  };
}
