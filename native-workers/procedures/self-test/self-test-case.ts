import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { Engine } from '#workers/engine/engine.ts';

/** One question to an engine; the answer to it is stored under its name. */
export type SelfTestCase = {
  readonly name: string;
  /** Greatest difference relative to the greatest stored number. */
  readonly tolerance: number;
  readonly answer: (engine: Engine) => Promise<Float32Array>;
};

/** The values of all tensors, one after the other. */
export async function valuesOf(compute: () => readonly Tensor[]): Promise<Float32Array> {
  const tensors = tidy(() => [...compute()]);
  try {
    const parts = await Promise.all(tensors.map((tensor) => tensor.data()));
    return Float32Array.from(parts.flatMap((part) => [...part]));
  } finally {
    for (const tensor of tensors) tensor.dispose();
  }
}
