import { backend } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { batteryEngines } from '../../installed-engines.ts';
import { everyKindNetwork } from '../every-kind.ts';
import { withEngine } from '../with-engine.ts';
import { expectValuesClose } from './expect-close.ts';
import { onBoth } from './on-both.ts';
import { attacked, smallTraining, trained } from './small-training.ts';

const plain = smallTraining([10, 9, 1]);
const everyKind = smallTraining([10, 9, 1], everyKindNetwork([10, 9, 1], 4));

describe.each(batteryEngines)('whole algorithms on %s', (kind) => {
  const engine = withEngine(kind);

  it.each(['sgd', 'adam'])('10 steps of %s end where plain JavaScript ends', async (name) => {
    const [actual, expected] = await onBoth(kind, () => trained(plain, name, 10));
    for (const [parameter, { values }] of expected)
      expectValuesClose(actual.get(parameter)!.values, values, 2e-4);
  });

  it('3 steps with batch-norm, pools, sums and dropout end where plain JavaScript ends', async () => {
    const [actual, expected] = await onBoth(kind, () => trained(everyKind, 'sgd', 3));
    expect([...expected.keys()]).toContain('bn1.running_var');
    for (const [parameter, { values }] of expected)
      expectValuesClose(actual.get(parameter)!.values, values, 2e-4);
  });

  it('10 PGD steps end on the same pixels as in plain JavaScript', async () => {
    const [actual, expected] = await onBoth(kind, () => attacked(plain));
    expectValuesClose(actual, expected, 1e-6);
  });

  it('a second run repeats every bit', async () => {
    const [first, second] = [await trained(plain, 'sgd', 3), await trained(plain, 'sgd', 3)];
    expect(second).toEqual(first);
  });

  it('neither tensors nor memory grow over hundreds of training steps', async () => {
    const warm = await memoryAfterTraining(40);
    expect(await memoryAfterTraining(300)).toEqual(warm);
  });

  async function memoryAfterTraining(steps: number) {
    await trained(plain, 'sgd', steps);
    return { ...engine().memory(), heapBytes: heapBytes() };
  }
});

/** Grown, never shrunk: level means that nothing is left behind outside tfjs's own books either. */
function heapBytes(): number {
  const { wasm } = backend() as unknown as { wasm?: { HEAPU8: Uint8Array } };
  return wasm?.HEAPU8.byteLength ?? 0;
}
