import { dispose, memory, setBackend, tidy } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine } from '#workers/engine/engine.ts';
import { batteryEngines } from '../../installed-engines.ts';
import type { OperationCase } from './operations/operation-case.ts';
import { operationCases } from './operations/operation-cases.ts';

/** WebAssembly has fewer kernels, which the battery of the engines asks for. */
const engines = batteryEngines.filter((kind) => kind !== 'wasm');

describe.each(engines)('operations of the %s engine', (kind) => {
  let engine: Engine;
  beforeAll(async () => {
    await createEngine('reference');
    engine = await createEngine(kind);
  });
  afterAll(() => {
    expect(memory().numTensors).toBe(0);
    engine.dispose();
  });

  it.each(operationCases)('$name', async (operation) => {
    const expected = await valuesOn('cpu', operation);
    const seen = await valuesOn(kind, operation);
    expect(seen.shape).toEqual(expected.shape);
    expect(seen.dtype).toBe(expected.dtype);
    expectClose(
      seen.values,
      expected.values,
      expected.dtype === 'float32' ? (operation.tolerance ?? 1e-5) : 0,
    );
  });
});

async function valuesOn(backend: string, { compute }: OperationCase) {
  await setBackend(backend);
  const result = tidy(compute);
  const { shape, dtype } = result;
  const values = [...(await result.data())];
  dispose(result);
  return { shape, dtype, values };
}

function expectClose(seen: readonly number[], expected: readonly number[], tolerance: number): void {
  const scale = Math.max(1, ...expected.map(Math.abs).filter((value) => value < 1e20));
  const wrong = expected.findIndex((value, i) => !isClose(seen[i]!, value, tolerance * scale));
  if (wrong >= 0) expect({ at: wrong, value: seen[wrong] }).toEqual({ at: wrong, value: expected[wrong] });
}

function isClose(seen: number, expected: number, tolerance: number): boolean {
  if (Object.is(seen, expected) || seen === expected) return true;
  return Math.abs(seen - expected) <= Math.max(tolerance, Math.abs(expected) * 1e-6 * Number(tolerance > 0));
}
