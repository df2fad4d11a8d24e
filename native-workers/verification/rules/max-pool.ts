import {
  engine,
  expandDims,
  maxPool,
  mul,
  relu,
  reshape,
  sub,
  sum,
  tidy,
  tile,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import type { Interval } from '../interval.ts';
import { boxAround, zonotopeOf } from '../zonotope.ts';
import type { NodeOf, NodeRule } from './rule.ts';

type MaxPool = NodeOf<'max-pool'>;

/**
 * The greatest of a window is at least the value whose lower bound is greatest, and at most the greatest upper bound:
 * a line from below and a constant from above. A zonotope forgets here what it knew and goes on from its box.
 */
export const maxPoolRule: NodeRule<'max-pool'> = {
  isAffine: false,
  boundInterval: (node, [input]) => boundPool(node, input!),
  /** Written so that a NaN stays one. */
  pullBack: (node, functionals, { inputs: [input] }) => {
    const positive = relu(functionals);
    const negative = sub(functionals, positive);
    const upper = expandDims(pool(node, input!.upper), 1);
    return {
      functionals: [passedToGreatest(node, positive, input!.lower)],
      constant: sum(mul(negative, upper), [2, 3, 4]),
    };
  },
  pushForward: (node, [input]) => tidy(() => zonotopeOf(node.id, boundPool(node, boxAround(input!)))),
};

const boundPool = (node: MaxPool, { lower, upper }: Interval): Interval => ({
  lower: pool(node, lower),
  upper: pool(node, upper),
});

const pool = ({ window, stride }: MaxPool, x: Tensor): Tensor =>
  maxPool(x as Tensor4D, window, stride, 'valid');

/** Functionals [examples or 1, rows, ...pooled], each value passed to the place of its window where `lower` is greatest. */
function passedToGreatest(node: MaxPool, functionals: Tensor, lower: Tensor): Tensor {
  const [owners, rows, ...pooled] = functionals.shape as [number, number, ...number[]];
  const [examples, ...features] = lower.shape as [number, ...number[]];
  const own = owners === examples ? functionals : tile(functionals, [examples, 1, 1, 1, 1]);
  const places = reshape(tile(expandDims(lower, 1), [1, rows, 1, 1, 1]), [examples * rows, ...features]);
  const passed = engine().runKernel<Tensor>(
    'MaxPoolGrad',
    { dy: reshape(own, [examples * rows, ...pooled]), input: places, output: pool(node, places) },
    { filterSize: node.window, strides: node.stride, pad: 'valid' },
  );
  return reshape(passed, [examples, rows, ...features]);
}
