import type { Device, DeviceKind } from '#contract/device.ts';
import { hasCudaPart, hasGraphicsHardware } from './graphics-hardware.ts';
import { tryDevice, type TryDevice } from './try-device.ts';

/** What a machine is asked for before anything is computed on it. */
export type Machine = {
  readonly platform: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  readonly hasGraphicsHardware: boolean;
  /** Whether the part of the native library that drives CUDA, which npm does not bring, lies beside it. */
  readonly hasCudaPart: boolean;
};

export type GraphicsKind = Exclude<DeviceKind, 'cpu'>;

type GraphicsSearch = {
  readonly machine?: Machine;
  readonly tryDevice?: TryDevice;
  /** Also those that a program pretends to be: for tests of correctness alone, being far too slow for work. */
  readonly acceptsSoftware?: boolean;
};

/** What onnxruntime-node may compute with besides the processor: one slot each, on standby once tested. */
export function graphicsDevices(search: GraphicsSearch = {}): Device[] {
  const machine = search.machine ?? thisMachine();
  return (Object.keys(offers) as GraphicsKind[]).map((kind) => findDevice(kind, { ...search, machine }));
}

const thisMachine = (): Machine => ({
  platform: process.platform,
  arch: process.arch,
  hasGraphicsHardware: hasGraphicsHardware(),
  hasCudaPart: hasCudaPart(),
});

type Offer = {
  readonly interface: string;
  readonly name: string;
  /** Where the native library can have it. */
  readonly isFor: (machine: Machine) => boolean;
  readonly where: string;
  readonly remedy: string;
};

const useProcessor = 'Use the processor; nothing needs to be installed for it.';

const offers: Readonly<Record<GraphicsKind, Offer>> = {
  webgpu: {
    interface: 'WebGPU',
    name: 'Graphics processor (WebGPU)',
    isFor: ({ platform, arch }) =>
      platform === 'win32' ||
      (platform === 'linux' && arch === 'x64') ||
      (platform === 'darwin' && arch === 'arm64'),
    where: 'on Linux (x64), Windows and Macs with Apple silicon',
    remedy:
      'Install the driver of the graphics processor, on Linux with its Vulkan part and the loader (package libvulkan1 of Debian and Ubuntu).',
  },
  cuda: {
    interface: 'CUDA',
    name: 'NVIDIA graphics processor (CUDA)',
    isFor: ({ platform, arch }) => platform === 'linux' && arch === 'x64',
    where: 'on Linux (x64)',
    remedy:
      'It needs CUDA 12, cuDNN 9 and a part of several hundred MiB that "node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12" fetches. WebGPU needs none of these.',
  },
  dml: {
    interface: 'DirectML',
    name: 'Graphics processor (DirectML)',
    isFor: ({ platform }) => platform === 'win32',
    where: 'on Windows',
    remedy: 'Install the driver of the graphics processor.',
  },
  coreml: {
    interface: 'Core ML',
    name: 'Apple Neural Engine (Core ML)',
    isFor: ({ platform }) => platform === 'darwin',
    where: 'on macOS',
    remedy: useProcessor,
  },
};

function findDevice(
  kind: GraphicsKind,
  { machine, tryDevice: attempt = tryDevice, acceptsSoftware = false }: GraphicsSearch & { machine: Machine },
): Device {
  const { name, isFor, where, remedy } = offers[kind];
  const device = { id: kind, kind, name, engine: 'onnx', slots: 1 } as const;
  const unavailable = (reason: string, cure: string): Device => ({
    ...device,
    availability: { kind: 'unavailable', reason, remedy: cure },
  });
  if (!isFor(machine)) return unavailable(`The onnx engine has it only ${where}.`, useProcessor);
  if (!machine.hasGraphicsHardware && !acceptsSoftware)
    return unavailable('This machine shows no graphics processor.', useProcessor);
  if (kind === 'cuda' && !machine.hasCudaPart)
    return unavailable('The part of onnxruntime that drives CUDA is not installed.', remedy);
  const tried = attempt(kind);
  const found =
    tried.adapter === undefined
      ? device
      : { ...device, name: `${tried.adapter} (${offers[kind].interface})` };
  switch (tried.kind) {
    case 'failed':
      return unavailable(`It failed its test: ${shortened(tried.reason)}`, remedy);
    case 'passed': {
      const pretence = acceptsSoftware ? undefined : pretenceOf(tried.adapter, tried.speed);
      return pretence === undefined
        ? { ...found, availability: { kind: 'standby', remedy: `Choose it with --device ${kind}.` } }
        : { ...unavailable(pretence, useProcessor), name: found.name };
    }
  }
}

/** Programs of Mesa, Google and Microsoft that compute on the processor what a graphics processor should. */
const softwareAdapters = /llvmpipe|lavapipe|swiftshader|softpipe|basic render/i;

/** A graphics processor is no slower than a single thread; a program that pretends to be one is, by far. */
const leastSpeed = 0.25;

function pretenceOf(adapter: string | undefined, speed: number): string | undefined {
  if (adapter !== undefined && softwareAdapters.test(adapter))
    return `${adapter} is no graphics processor but a program that pretends to be one: far slower than the processor itself.`;
  if (speed >= leastSpeed) return undefined;
  return `It multiplies matrices ${Math.round(1 / speed)} times slower than one thread of the processor.`;
}

/** Without the library's source positions and line breaks. */
function shortened(reason: string): string {
  const words = reason.replace(/^\S*onnxruntime\S*\.cc:\d+ [^\n]*? was false\. /, '').trim();
  return /[.!?]$/.test(words) ? words : `${words}.`;
}
