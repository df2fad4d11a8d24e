import { fileURLToPath } from 'node:url';
import { engine as tensorflow, registerKernel, unregisterKernel, getKernel } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SelfTestCheck } from '#contract/self-test.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine, EngineKind } from '#workers/engine/engine.ts';
import { referenceFile, selfTest } from '#workers/procedures/self-test/self-test.ts';
import { batteryEngines } from '../../installed-engines.ts';
import { evaluateNetwork, attackedImages, madeParameters } from './float64-network.ts';
import { float64Answers } from './float64-operations.ts';

const engines: readonly EngineKind[] = [...batteryEngines, 'reference'];

describe('the stored answers of the self-test', () => {
  it('are what float64 by definition gives; "vitest -u" writes them anew', async () => {
    const answers = Object.entries(float64Answers).map(
      ([name, answer]) => `  ${JSON.stringify(name)}: [${Array.from(answer(), asText).join(', ')}]`,
    );
    await expect(`{\n${answers.join(',\n')}\n}\n`).toMatchFileSnapshot(fileURLToPath(referenceFile));
  });

  it('do not hang on the sign of a gradient that rounding could turn', () => {
    for (let steps = 0; steps < 5; steps += 1) {
      const { dImages } = evaluateNetwork(madeParameters(), attackedImages(steps, 0.0625, 0.125));
      expect(Math.min(...dImages.map(Math.abs))).toBeGreaterThan(1e-5);
    }
  });
});

describe.each(engines)('the self-test of %s', (kind) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine(kind);
  });
  afterAll(() => {
    engine.dispose();
  });

  it('is passed, and leaves no tensor behind', async () => {
    const seen = await checksOf(engine);
    expect(seen.map(({ name }) => name)).toEqual(Object.keys(float64Answers));
    expect(seen.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
    expect(engine.memory().tensors).toBe(0);
  });
});

describe('the self-test of an engine with a wrong kernel', () => {
  it('names what is wrong and goes on with the rest', async () => {
    const engine = await createEngine('wasm');
    const backendName = tensorflow().backendName;
    const sound = getKernel('Maximum', backendName);
    unregisterKernel('Maximum', backendName);
    registerKernel({ ...getKernel('Minimum', backendName), kernelName: 'Maximum' });
    const seen = await checksOf(engine);
    unregisterKernel('Maximum', backendName);
    registerKernel(sound);
    engine.dispose();
    const failed = seen.filter(({ verdict }) => verdict === 'failed');
    expect(failed.map(({ name }) => name)).toEqual(['kinks: relu, step, sign, clip, greater and lesser']);
    expect(failed[0]!.error).toBeGreaterThan(0.1);
  });
});

async function checksOf(engine: Engine): Promise<SelfTestCheck[]> {
  const checks: SelfTestCheck[] = [];
  for await (const check of selfTest(engine)) checks.push(check);
  return checks;
}

/** Twelve digits: five more than an engine has. */
function asText(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(12))) : JSON.stringify(String(value));
}
