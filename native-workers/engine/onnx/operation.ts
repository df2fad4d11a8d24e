/** What one node computes. Closed: kernels/ translate tfjs kernels into these, lower/ these into ONNX. */
export type Operation =
  | { readonly kind: 'unary'; readonly name: UnaryName }
  | { readonly kind: 'activation'; readonly name: 'leaky-relu' | 'elu' | 'step'; readonly alpha: number }
  | { readonly kind: 'clip'; readonly min: number; readonly max: number }
  | { readonly kind: 'binary'; readonly name: BinaryName }
  | { readonly kind: 'compare'; readonly name: CompareName }
  | { readonly kind: 'logical'; readonly name: 'and' | 'or' | 'xor' | 'not' }
  | { readonly kind: 'select' }
  | { readonly kind: 'cast' }
  | { readonly kind: 'fill'; readonly value: number }
  | { readonly kind: 'range'; readonly start: number; readonly step: number }
  | { readonly kind: 'reshape' }
  | { readonly kind: 'transpose'; readonly permutation: readonly number[] }
  | { readonly kind: 'slice'; readonly begin: readonly number[]; readonly strides: readonly number[] }
  | { readonly kind: 'concat'; readonly axis: number }
  | { readonly kind: 'gather'; readonly axis: number }
  | { readonly kind: 'one-hot'; readonly on: number; readonly off: number }
  | {
      readonly kind: 'pad';
      readonly before: readonly number[];
      readonly after: readonly number[];
      readonly value: number;
    }
  | {
      readonly kind: 'mirror-pad';
      readonly before: readonly number[];
      readonly after: readonly number[];
      readonly mode: 'reflect' | 'symmetric';
    }
  | { readonly kind: 'tile'; readonly repetitions: readonly number[] }
  | { readonly kind: 'reverse'; readonly axes: readonly number[] }
  | {
      readonly kind: 'reduce';
      readonly name: ReduceName;
      readonly axes: readonly number[];
      readonly keep: boolean;
    }
  | { readonly kind: 'greatest-index'; readonly name: 'max' | 'min'; readonly axis: number }
  | {
      readonly kind: 'cumulative-sum';
      readonly axis: number;
      readonly exclusive: boolean;
      readonly reverse: boolean;
    }
  | { readonly kind: 'softmax'; readonly logarithm: boolean }
  | {
      /** Inputs a, b and optionally a bias along the columns. */
      readonly kind: 'product';
      readonly transposeA: boolean;
      readonly transposeB: boolean;
      readonly activation: FusedActivation;
    }
  | {
      readonly kind: 'convolution';
      readonly geometry: ConvolutionGeometry;
      readonly activation: FusedActivation;
    }
  | { readonly kind: 'convolution-input-gradient'; readonly geometry: ConvolutionGeometry }
  | { readonly kind: 'convolution-filter-gradient'; readonly geometry: ConvolutionGeometry }
  | { readonly kind: 'pool'; readonly name: PoolName; readonly window: Window }
  | { readonly kind: 'pool-gradient'; readonly name: PoolName; readonly window: Window };

export type OperationKind = Operation['kind'];

export type UnaryName =
  | 'abs'
  | 'neg'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'reciprocal-sqrt'
  | 'square'
  | 'reciprocal'
  | 'sign'
  | 'relu'
  | 'relu6'
  | 'sigmoid'
  | 'tanh'
  | 'softplus'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'erf'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'log1p'
  | 'expm1'
  | 'is-nan'
  | 'is-infinite'
  | 'is-finite';
export type BinaryName =
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'maximum'
  | 'minimum'
  | 'power'
  | 'floor-divide'
  | 'modulo'
  | 'squared-difference';
export type CompareName = 'equal' | 'not-equal' | 'greater' | 'greater-equal' | 'less' | 'less-equal';
export type ReduceName = 'sum' | 'mean' | 'max' | 'min' | 'product' | 'all' | 'any';
export type PoolName = 'max' | 'average';
export type FusedActivation = 'linear' | 'relu';

/** Rows first, then columns. Padding and strides are those of the convolution, also in its gradients. */
export type ConvolutionGeometry = {
  readonly input: ImageSize;
  readonly output: ImageSize;
  readonly filter: readonly [rows: number, columns: number];
  readonly strides: readonly [rows: number, columns: number];
  readonly dilations: readonly [rows: number, columns: number];
  readonly padding: Padding;
};
type ImageSize = readonly [rows: number, columns: number];
export type Padding = readonly [top: number, left: number, bottom: number, right: number];
export type Window = Omit<ConvolutionGeometry, 'dilations'>;

const keys = new WeakMap<Operation, string>();

/** Equal for operations that compute the same; part of a program's key. */
export function operationKey(operation: Operation): string {
  let key = keys.get(operation);
  if (key === undefined) {
    key = JSON.stringify(operation);
    keys.set(operation, key);
  }
  return key;
}
