import { backend_util } from '@tensorflow/tfjs-core';

/** Sizes, strides and padding of a convolution x [n, h, w, c] * filter [kh, kw, c, o] -> y [n, oh, ow, o]. */
export type Geometry = backend_util.Conv2DInfo;

export function geometryOf(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attrs: Readonly<Record<string, unknown>>,
): Geometry {
  return backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attrs['strides'] as [number, number],
    1,
    attrs['pad'] as number,
    attrs['dimRoundingMode'] as undefined,
    false,
    'channelsLast',
  );
}
