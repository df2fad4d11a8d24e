import { describe, expect, it } from 'vitest';
import type { Device } from '#contract/device.ts';
import { graphicsDevices, type GraphicsKind, type Machine } from './graphics-devices.ts';
import { adapterIn, tryDevice, type TriedDevice } from './try-device.ts';

const linux: Machine = { platform: 'linux', arch: 'x64', hasGraphicsHardware: true, hasCudaPart: true };
const passed: TriedDevice = { kind: 'passed', speed: 40, adapter: 'NVIDIA H200' };

/** The devices of a machine on which every trial ends the same way, by kind; and what was tried. */
function found(machine: Machine, trial: TriedDevice, acceptsSoftware = false) {
  const tried: string[] = [];
  const devices = graphicsDevices({
    machine,
    acceptsSoftware,
    tryDevice: (kind) => {
      tried.push(kind);
      return trial;
    },
  });
  return { tried, of: (kind: GraphicsKind): Device => devices.find((device) => device.kind === kind)! };
}

describe('graphicsDevices', () => {
  it('puts what passes its test on standby, named by its adapter, with one slot', () => {
    expect(found(linux, passed).of('webgpu')).toEqual({
      id: 'webgpu',
      kind: 'webgpu',
      name: 'NVIDIA H200 (WebGPU)',
      engine: 'onnx',
      slots: 1,
      availability: { kind: 'standby', remedy: 'Choose it with --device webgpu.' },
    });
  });

  it.each([
    [linux, ['webgpu', 'cuda']],
    [{ ...linux, arch: 'arm64' }, []],
    [{ ...linux, hasCudaPart: false }, ['webgpu']],
    [{ ...linux, platform: 'win32', hasCudaPart: false }, ['webgpu', 'dml']],
    [{ ...linux, platform: 'darwin', arch: 'arm64', hasCudaPart: false }, ['webgpu', 'coreml']],
    [{ ...linux, platform: 'darwin', arch: 'x64', hasCudaPart: false }, ['coreml']],
    [{ ...linux, hasGraphicsHardware: false }, []],
  ] as const)('of %o tries %j', (machine, kinds) => {
    expect(found(machine, passed).tried).toEqual(kinds);
  });

  it('says of every device that is not tried why', () => {
    const nowhere = found({ ...linux, arch: 'arm64' }, passed);
    expect(nowhere.of('dml').availability).toMatchObject({
      reason: expect.stringContaining('on Windows') as string,
    });
    expect(nowhere.of('webgpu').availability).toMatchObject({
      reason: expect.stringContaining('Linux (x64)') as string,
    });
    const bare = found({ ...linux, hasCudaPart: false }, passed);
    expect(bare.of('cuda').availability).toMatchObject({
      remedy: expect.stringContaining('install.js') as string,
    });
  });

  it('quotes why a test failed without the library’s source positions', () => {
    const reason =
      '/onnxruntime_src/webgpu_context.cc:136 onnxruntime::Initialize() status == Success was false. Failed to get a WebGPU adapter: No supported adapters\n';
    expect(found(linux, { kind: 'failed', reason }).of('webgpu').availability).toMatchObject({
      kind: 'unavailable',
      reason: 'It failed its test: Failed to get a WebGPU adapter: No supported adapters.',
    });
  });

  it.each([
    'llvmpipe (LLVM 15.0.6, 256 bits)',
    'SwiftShader Device (Subzero)',
    'Microsoft Basic Render Driver',
  ])('never offers %s for work, however fast it claims to be', (adapter) => {
    const trial = { ...passed, adapter };
    expect(found(linux, trial).of('webgpu').availability.kind).toBe('unavailable');
    expect(found(linux, trial, true).of('webgpu').availability.kind).toBe('standby');
  });

  it('does not offer what is far slower than the processor, whatever it is called', () => {
    const slow = found(linux, { kind: 'passed', speed: 0.01 }).of('webgpu');
    expect(slow.availability).toMatchObject({
      kind: 'unavailable',
      reason: 'It multiplies matrices 100 times slower than one thread of the processor.',
    });
  });

  it('asks a machine without a graphics processor for programs that pretend to be one only on demand', () => {
    expect(found({ ...linux, hasGraphicsHardware: false }, passed, true).tried).toContain('webgpu');
  });
});

describe('tryDevice', () => {
  it('says why a device cannot be opened that this system has not', () => {
    const elsewhere = process.platform === 'win32' ? 'coreml' : 'dml';
    expect(tryDevice(elsewhere)).toMatchObject({ kind: 'failed' });
  });

  it('survives a driver that ends its process', () => {
    expect(tryDevice('webgpu', 'no-such-script.mjs')).toEqual({
      kind: 'failed',
      reason: 'the process that tried it ended with code 1',
    });
  });

  it('knows the adapter from what Vulkan’s loader writes', () => {
    const words = '[Vulkan Loader] DRIVER:   Using "NVIDIA H200" with driver: "libGLX_nvidia.so.0"\n';
    expect(adapterIn(words)).toBe('NVIDIA H200');
    expect(adapterIn('Failed to open')).toBeUndefined();
  });
});
