import {
  add,
  cast,
  customGrad,
  div,
  equal,
  expandDims,
  greater,
  logicalAnd,
  maximum,
  mul,
  neg,
  relu,
  sub,
  sum,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { Interval } from '../interval.ts';
import { rectifyZonotope } from '../zonotope.ts';
import type { LowerSlope, NodeRule } from './rule.ts';

/** Between two lines (Zhang et al. 2018, CROWN, table 2): lowerSlope z <= relu(z) <= upperSlope z + intercept. */
type Lines = { readonly lowerSlope: Tensor; readonly upperSlope: Tensor; readonly intercept: Tensor };

export const reluRule: NodeRule<'relu'> = {
  isAffine: false,
  boundInterval: (_node, [input]) => ({ lower: relu(input!.lower), upper: relu(input!.upper) }),
  /** A positive coefficient takes the lower line, a negative one the upper. Written so that a NaN stays one. */
  pullBack: (_node, functionals, { inputs, lowerSlope }) => {
    const lines = linesAround(inputs[0]!, lowerSlope);
    const [lower, upper, intercept] = [lines.lowerSlope, lines.upperSlope, lines.intercept].map((line) =>
      expandDims(line, 1),
    ) as [Tensor, Tensor, Tensor];
    const positive = relu(functionals);
    const negative = sub(functionals, positive);
    const features = functionals.shape.slice(2).map((_, axis) => axis + 2);
    return {
      functionals: [add(mul(functionals, upper), mul(positive, sub(lower, upper)))],
      constant: sum(mul(negative, intercept), features),
    };
  },
  pushForward: (node, [input]) => rectifyZonotope(node.id, input!),
};

/** For a ReLU that is always on, both lines are the identity; for one that is always off, zero. */
export function linesAround({ lower, upper }: Interval, choice: LowerSlope): Lines {
  const above = relu(upper);
  const below = neg(relu(neg(lower)));
  const upperSlope = div(above, maximum(sub(above, below), tiny));
  return {
    upperSlope,
    intercept: neg(mul(upperSlope, below)),
    lowerSlope: choice === 'parallel' ? upperSlope : stepSlope(above, below, choice),
  };
}

/** Far below any width of an interval that matters, far above what float32 can divide by. */
const tiny = 1e-30;

/** A slope that is chosen, not computed: nothing is differentiated through it. */
function stepSlope(above: Tensor, below: Tensor, choice: Exclude<LowerSlope, 'parallel'>): Tensor {
  const constant = customGrad((...inputs) => {
    const [a, b] = inputs as [Tensor, Tensor];
    return { value: chosenSlope(a, b, choice), gradFunc: () => [zerosLike(a), zerosLike(b)] };
  });
  return constant(above, below);
}

function chosenSlope(above: Tensor, below: Tensor, choice: Exclude<LowerSlope, 'parallel'>): Tensor {
  switch (choice) {
    case 'adaptive':
      return cast(greater(above, neg(below)), 'float32');
    case 'zero':
      return cast(logicalAnd(greater(above, 0), equal(below, 0)), 'float32');
    case 'one':
      return cast(greater(above, 0), 'float32');
  }
}
