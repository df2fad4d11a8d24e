import type { Operation, OperationKind } from '../operation.ts';
import { lowerConvolution, lowerInputGradient } from './convolution.ts';
import {
  lowerActivation,
  lowerBinary,
  lowerCast,
  lowerClip,
  lowerCompare,
  lowerLogical,
  lowerSelect,
  lowerUnary,
} from './elementwise.ts';
import { lowerFilterGradient } from './filter-gradient.ts';
import type { LowerContext, Lowered, LowerRule } from './lowered.ts';
import { lowerPool, lowerPoolGradient } from './pooling.ts';
import { lowerProduct } from './product.ts';
import { lowerCumulativeSum, lowerGreatestIndex, lowerReduce, lowerSoftmax } from './reducing.ts';
import {
  lowerConcat,
  lowerFill,
  lowerGather,
  lowerMirrorPad,
  lowerOneHot,
  lowerPad,
  lowerRange,
  lowerReshape,
  lowerReverse,
  lowerSlice,
  lowerTile,
  lowerTranspose,
} from './shaping.ts';

/** What each operation is in ONNX. */
const rules: { readonly [Kind in OperationKind]: LowerRule<Kind> } = {
  unary: lowerUnary,
  activation: lowerActivation,
  clip: lowerClip,
  binary: lowerBinary,
  compare: lowerCompare,
  logical: lowerLogical,
  select: lowerSelect,
  cast: lowerCast,
  fill: lowerFill,
  range: lowerRange,
  reshape: lowerReshape,
  transpose: lowerTranspose,
  slice: lowerSlice,
  concat: lowerConcat,
  gather: lowerGather,
  'one-hot': lowerOneHot,
  pad: lowerPad,
  'mirror-pad': lowerMirrorPad,
  tile: lowerTile,
  reverse: lowerReverse,
  reduce: lowerReduce,
  'greatest-index': lowerGreatestIndex,
  'cumulative-sum': lowerCumulativeSum,
  softmax: lowerSoftmax,
  product: lowerProduct,
  convolution: lowerConvolution,
  'convolution-input-gradient': lowerInputGradient,
  'convolution-filter-gradient': lowerFilterGradient,
  pool: lowerPool,
  'pool-gradient': lowerPoolGradient,
};

export function lower(operation: Operation, context: LowerContext): Lowered {
  const rule = rules[operation.kind] as (operation: Operation, context: LowerContext) => Lowered;
  return rule(operation, context);
}
