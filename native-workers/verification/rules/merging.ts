import { add, concat, slice, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import type { Interval } from '../interval.ts';
import type { Zonotope } from '../zonotope.ts';
import type { NodeRule } from './rule.ts';

const sumOf = (tensors: readonly Tensor[]): Tensor => tensors.reduce((total, each) => add(total, each));

export const addRule: NodeRule<'add'> = {
  isAffine: true,
  boundInterval: (_node, inputs) => merged(inputs, sumOf),
  pullBack: (_node, functionals, { inputs }) => ({
    functionals: inputs.map(() => functionals),
    constant: undefined,
  }),
  pushForward: (_node, inputs) => mergedZonotope(inputs, sumOf),
};

/** Along the channels, which come last. */
export const concatRule: NodeRule<'concat'> = {
  isAffine: true,
  boundInterval: (_node, inputs) => merged(inputs, (parts) => concat([...parts], -1)),
  pullBack: (_node, functionals, { inputs }) => {
    let start = 0;
    const pulled = inputs.map(({ lower }) => {
      const channels = lower.shape[lower.rank - 1]!;
      const begin = functionals.shape.map((_, axis) => (axis === functionals.rank - 1 ? start : 0));
      start += channels;
      return slice(functionals, begin, functionals.shape.with(-1, channels));
    });
    return { functionals: pulled, constant: undefined };
  },
  pushForward: (_node, inputs) => mergedZonotope(inputs, (parts) => concat([...parts], -1)),
};

type Merge = (parts: readonly Tensor[]) => Tensor;

const merged = (inputs: readonly Interval[], merge: Merge): Interval => ({
  lower: merge(inputs.map(({ lower }) => lower)),
  upper: merge(inputs.map(({ upper }) => upper)),
});

/** Error terms that began at the same node are the same; a branch without them has zeros there. */
const mergedZonotope = (inputs: readonly Zonotope[], merge: Merge): Zonotope =>
  tidy(() => {
    const origins = new Set(inputs.flatMap(({ terms }) => Object.keys(terms)));
    const termsFrom = (origin: string): Tensor => {
      const count = inputs.find(({ terms }) => terms[origin])!.terms[origin]!.shape[0];
      return merge(
        inputs.map(({ center, terms }) => terms[origin] ?? zeros([count, ...center.shape.slice(1)])),
      );
    };
    return {
      center: merge(inputs.map(({ center }) => center)),
      terms: Object.fromEntries([...origins].map((origin) => [origin, termsFrom(origin)])),
    };
  });
