import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Device } from '#contract/device.ts';
import { testEngines, type EngineFinding } from '#host/cli/doctor/test-engines.ts';
import { redoubt } from './fixture/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'redoubt-doctor-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const processor: Device = {
  id: 'cpu',
  kind: 'cpu',
  name: 'Processor',
  engine: 'onnx',
  slots: 1,
  availability: { kind: 'available' },
};
const absent: Device = {
  ...processor,
  id: 'webgpu',
  kind: 'webgpu',
  availability: { kind: 'unavailable', reason: 'There is none.', remedy: 'Buy one.' },
};

const started = { kind: 'started', device: 'a device', checks: 2 };
const check = (error: number) => ({
  kind: 'check',
  check: { name: 'sums', error, tolerance: 1e-5, verdict: error > 1e-5 ? 'failed' : 'passed' },
});

/** Has each engine say these messages and then do this; the engines and their findings, in order. */
async function whatIsFound(words: readonly object[], end: string): Promise<EngineFinding[]> {
  const entry = join(folder, `engine-${words.length}-${end.length}.mjs`);
  const speech = words.map((message) => `process.send(${JSON.stringify(message)});`);
  writeFileSync(entry, [...speech, end].join('\n'));
  const findings: EngineFinding[] = [];
  for await (const finding of testEngines({ devices: [absent, processor], entry })) findings.push(finding);
  return findings;
}
const leave = 'process.disconnect();';

describe('testing engines', () => {
  it('tests the processor under either engine and says why the rest cannot be tested', async () => {
    const found = await whatIsFound([started, check(1e-7), { kind: 'ended' }], leave);
    expect(found.map(({ engine, kind }) => [engine, kind])).toEqual([
      ['onnx', 'passed'],
      ['wasm', 'passed'],
      ['onnx', 'unavailable'],
    ]);
    expect(found[2]).toMatchObject({ reason: 'There is none. Buy one.' });
  });

  it('finds an engine failed that gives a wrong number, and names it', async () => {
    const [found] = await whatIsFound([started, check(1e-7), check(0.5), { kind: 'ended' }], leave);
    expect(found).toMatchObject({ kind: 'failed', reason: 'sums: off by 5.0e-1, allowed 0.00001.' });
  });

  it('finds an engine failed that dies in the middle, with its last words', async () => {
    const [found] = await whatIsFound([started], 'throw new Error("The device is lost");');
    expect(found).toMatchObject({ kind: 'failed' });
    expect(found).toHaveProperty('reason', expect.stringContaining('The device is lost'));
  });

  it('takes an engine that does not even start for failed where the farm would use it, for unavailable elsewhere', async () => {
    const found = await whatIsFound([], 'throw new Error("No such library");');
    expect(found.map(({ engine, kind }) => [engine, kind])).toEqual([
      ['onnx', 'failed'],
      ['wasm', 'unavailable'],
      ['onnx', 'unavailable'],
    ]);
  });
});

describe('redoubt doctor --engines', () => {
  it('ends well where every engine computes as stored', async () => {
    const { code, out } = await redoubt(join(folder, 'workspace'), 'doctor', '--engines');
    expect(out).toMatch(/onnx +(\d+) of \1 .*passed/);
    expect(out).toMatch(/wasm +(\d+) of \1 .*passed/);
    expect(code).toBe(0);
  });
});
