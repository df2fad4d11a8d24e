import { deviceKinds, type Device, type DeviceKind } from '#contract/device.ts';
import { cudaDevices } from './cuda-devices.ts';
import { graphicsDevices } from './graphics-devices.ts';
import { processorDevices, type NativeEngines, type ProcessorOptions } from './processor-devices.ts';
import { tryNativeLibrary, type NativeLibrary } from './try-native-library.ts';
import { tryTensorflow } from './try-tensorflow.ts';

/** What a person may say about how stages are executed here. */
export type DiscoveryOptions = ProcessorOptions & {
  /** Left out: the processor. */
  readonly device?: DeviceKind | undefined;
};

export const offeredDevices: readonly DeviceKind[] = deviceKinds;

/** What this machine can execute stages with. Devices that cannot be used are listed with the reason. */
export function discoverDevices(
  options: DiscoveryOptions = {},
  native: NativeEngines = tryNativeEngines(),
  graphics: (library: NativeLibrary) => readonly Device[] = findGraphics,
): Device[] {
  const devices = [...processorDevices(options, native), ...graphicsFor(options, native, graphics)];
  return preferred(devices, options.device ?? 'cpu');
}

const tryNativeEngines = (): NativeEngines => ({ library: tryNativeLibrary(), tensorflow: tryTensorflow() });

/** The tensorflow engine, where it was installed with CUDA and chosen, takes the place of onnx on NVIDIA's processors. */
function graphicsFor(
  { engine }: DiscoveryOptions,
  { library, tensorflow }: NativeEngines,
  graphics: (library: NativeLibrary) => readonly Device[],
): readonly Device[] {
  const found = graphics(library);
  const isTaken = engine === 'tensorflow' && tensorflow.kind === 'computes' && tensorflow.cuda;
  const cuda = isTaken ? cudaDevices() : [];
  return cuda.length === 0 ? found : [...cuda, ...found.filter(({ kind }) => kind !== 'cuda')];
}

/** Without the native library nothing can be tried, and the processor's entry says why it does not load. */
const findGraphics = (library: NativeLibrary): readonly Device[] =>
  library.kind === 'loads' ? graphicsDevices() : [];

/** Stages are executed on the kind of device that was chosen, or on the processor where it cannot be used. */
function preferred(devices: readonly Device[], wanted: DeviceKind): Device[] {
  const isReady = ({ kind, availability }: Device): boolean =>
    kind === wanted && availability.kind !== 'unavailable';
  const chosen = devices.some(isReady) ? wanted : 'cpu';
  return devices.map((device) => {
    if (device.availability.kind === 'unavailable') return device;
    return device.kind === chosen
      ? { ...device, availability: { kind: 'available' } }
      : { ...device, availability: { kind: 'standby', remedy: `Choose it with --device ${device.kind}.` } };
  });
}
