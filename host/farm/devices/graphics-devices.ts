import { arch, platform } from 'node:process';
import type { Device } from '#contract/device.ts';

/** What onnxruntime-node could compute with besides the processor. Redoubt drives none of it yet, and says so. */
export function graphicsDevices(): Device[] {
  return [
    unavailable('webgpu', 'Graphics processor (WebGPU)', {
      isHere: platform === 'win32' || (platform === 'linux' && arch === 'x64') || isAppleSilicon,
      where: 'on Linux (x64), Windows and Macs with Apple silicon',
    }),
    unavailable('cuda', 'NVIDIA graphics processor (CUDA)', {
      isHere: platform === 'linux' && arch === 'x64',
      where: 'on Linux (x64), and from a separate download of several hundred MiB',
    }),
    unavailable('dml', 'Graphics processor (DirectML)', {
      isHere: platform === 'win32',
      where: 'on Windows',
    }),
    unavailable('coreml', 'Apple Neural Engine (Core ML)', {
      isHere: platform === 'darwin',
      where: 'on macOS',
    }),
  ];
}

const isAppleSilicon = platform === 'darwin' && arch === 'arm64';

type Existence = {
  /** Whether the library has it for this platform. */
  readonly isHere: boolean;
  readonly where: string;
};

function unavailable(
  kind: 'webgpu' | 'cuda' | 'dml' | 'coreml',
  name: string,
  { isHere, where }: Existence,
): Device {
  return {
    id: kind,
    kind,
    name,
    engine: 'onnx',
    slots: 1,
    availability: {
      kind: 'unavailable',
      reason: isHere
        ? 'Redoubt does not compute on it yet: the onnx engine of this version uses the processor only.'
        : `The onnx engine has it only ${where}.`,
      remedy: 'Use the processor; nothing needs to be installed for it.',
    },
  };
}
