import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deviceSchema, type Device } from '#contract/device.ts';
import { discoverDevices } from './discover-devices.ts';
import { countCoresIn, countPhysicalCores } from './physical-cores.ts';
import { tryNativeLibrary } from './try-native-library.ts';

const tensorflow = { kind: 'computes', cuda: false } as const;
const loads = { library: { kind: 'loads' }, tensorflow } as const;
const fails = { library: { kind: 'fails', reason: 'Wrong processor.' }, tensorflow } as const;

const ready: Device = {
  id: 'webgpu',
  kind: 'webgpu',
  name: 'An adapter',
  engine: 'onnx',
  slots: 1,
  availability: { kind: 'standby', remedy: 'Choose it.' },
};

describe('discoverDevices', () => {
  it('always finds a processor that can be used', () => {
    const [processor] = discoverDevices({}, loads);
    expect(processor).toMatchObject({ kind: 'cpu', engine: 'onnx', availability: { kind: 'available' } });
    expect(processor?.slots).toBeGreaterThanOrEqual(1);
    expect(processor?.slots).toBeLessThanOrEqual(countPhysicalCores());
  });

  it('gives as many slots as asked for, and refuses a number that is none', () => {
    expect(discoverDevices({ slots: 7 }, loads)[0]?.slots).toBe(7);
    expect(() => discoverDevices({ slots: 0 }, loads)).toThrow('at least 1, got 0');
    expect(() => discoverDevices({ threads: 1.5 }, loads)).toThrow('at least 1, got 1.5');
  });

  it('parts the cores among slots of several threads', () => {
    const cores = countPhysicalCores();
    const [processor] = discoverDevices({ threads: cores, engine: 'onnx' }, loads);
    expect(processor).toMatchObject({ slots: 1, threads: cores });
    expect(discoverDevices({ threads: 2, engine: 'wasm' }, loads)[0]).not.toHaveProperty('threads');
  });

  it('executes stages on the device that was chosen, and keeps the processor on standby', () => {
    const [processor, adapter] = discoverDevices({ device: 'webgpu' }, loads, () => [ready]);
    expect(adapter).toMatchObject({ kind: 'webgpu', slots: 1, availability: { kind: 'available' } });
    expect(processor?.availability).toEqual({ kind: 'standby', remedy: 'Choose it with --device cpu.' });
  });

  it('keeps a graphics processor on standby that nobody chose', () => {
    const [processor, adapter] = discoverDevices({}, loads, () => [ready]);
    expect(processor?.availability.kind).toBe('available');
    expect(adapter?.availability).toEqual({ kind: 'standby', remedy: 'Choose it with --device webgpu.' });
  });

  it('steps down to the processor where the chosen device cannot be used, and leaves its reason', () => {
    const availability = { kind: 'unavailable', reason: 'It is lost.', remedy: 'Find it.' } as const;
    const devices = discoverDevices({ device: 'webgpu' }, loads, () => [{ ...ready, availability }]);
    expect(devices.map((device) => device.availability.kind)).toEqual(['available', 'unavailable']);
  });

  it('speaks the contract', () => {
    for (const library of [loads, fails])
      for (const device of discoverDevices({}, library)) expect(deviceSchema.parse(device)).toEqual(device);
  });
});

describe('tryNativeLibrary', () => {
  it('finds that the library of this installation loads', () => {
    expect(tryNativeLibrary()).toEqual({ kind: 'loads' });
  });

  it('quotes why a library does not load, and survives one that ends its process', () => {
    using scripts = trialScripts({
      wrong: `throw new TypeError('invalid ELF header');`,
      deadly: `process.kill(process.pid, 'SIGILL');`,
    });
    expect(tryNativeLibrary(scripts.wrong)).toMatchObject({
      kind: 'fails',
      reason: expect.stringContaining('does not load: invalid ELF header.') as string,
    });
    expect(tryNativeLibrary(scripts.deadly)).toMatchObject({
      kind: 'fails',
      reason: expect.stringContaining('SIGILL') as string,
    });
  });
});

function trialScripts<Name extends string>(texts: Record<Name, string>): Record<Name, string> & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'redoubt-trial-'));
  const entries = Object.entries<string>(texts).map(([name, text]) => {
    const file = join(folder, `${name}.mjs`);
    writeFileSync(file, text);
    return [name, file] as const;
  });
  return {
    ...(Object.fromEntries(entries) as Record<Name, string>),
    [Symbol.dispose]: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describe('countCoresIn', () => {
  const entry = (processor: number, socket: number, core: number): string =>
    `processor\t: ${processor}\nphysical id\t: ${socket}\ncore id\t\t: ${core}\n`;

  it('counts two threads of one core once, and the same core number of two sockets twice', () => {
    const text = [entry(0, 0, 0), entry(1, 0, 0), entry(2, 0, 1), entry(3, 1, 0)].join('\n');
    expect(countCoresIn(text)).toBe(3);
  });

  it('says nothing where no core is named', () => {
    expect(countCoresIn('processor\t: 0\nBogoMIPS\t: 50.00\n')).toBeUndefined();
  });
});
