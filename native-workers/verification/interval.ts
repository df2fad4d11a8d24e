import { add, clipByValue, mul, sub, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';

/** Bounds of activations, value by value: [examples, ...features] each. */
export type Interval = { readonly lower: Tensor; readonly upper: Tensor };

/** The linf ball around images [examples, height, width, channels], cut to [0, 1] pixel by pixel. */
export const inputBox = (images: Tensor4D, epsilon: number): Interval => ({
  lower: clipByValue(sub(images, epsilon), 0, 1),
  upper: clipByValue(add(images, epsilon), 0, 1),
});

export const centerOf = ({ lower, upper }: Interval): Tensor => mul(add(lower, upper), 0.5);
export const radiusOf = ({ lower, upper }: Interval): Tensor => mul(sub(upper, lower), 0.5);
export const around = (center: Tensor, radius: Tensor): Interval => ({
  lower: sub(center, radius),
  upper: add(center, radius),
});
