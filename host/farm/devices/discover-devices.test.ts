import { describe, expect, it } from 'vitest';
import { deviceSchema } from '#contract/device.ts';
import { discoverDevices } from './discover-devices.ts';
import { countCoresIn, countPhysicalCores } from './physical-cores.ts';

describe('discoverDevices', () => {
  it('always finds a processor that can be used', () => {
    const [processor] = discoverDevices();
    expect(processor).toMatchObject({ kind: 'cpu', engine: 'wasm', availability: { kind: 'available' } });
    expect(processor?.slots).toBeGreaterThanOrEqual(1);
    expect(processor?.slots).toBeLessThanOrEqual(countPhysicalCores());
  });

  it('gives as many slots as asked for, and refuses a number that is none', () => {
    expect(discoverDevices({ slots: 7 })[0]?.slots).toBe(7);
    expect(() => discoverDevices({ slots: 0 })).toThrow('at least 1, got 0');
  });

  it('lists what cannot be used with a reason and a remedy', () => {
    const others = discoverDevices().slice(1);
    expect(others.map((device) => device.kind)).toEqual(['webgpu', 'cuda']);
    for (const { availability } of others) {
      expect(availability.kind).toBe('unavailable');
      expect(JSON.stringify(availability)).toContain('onnx engine');
    }
  });

  it('speaks the contract', () => {
    for (const device of discoverDevices()) expect(deviceSchema.parse(device)).toEqual(device);
  });
});

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
