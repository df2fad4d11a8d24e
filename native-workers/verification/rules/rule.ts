import type { Tensor } from '@tensorflow/tfjs-core';
import type { NetworkNode } from '#contract/network.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import type { ActivationShape } from '#contract/network-shapes.ts';
import type { Interval } from '../interval.ts';
import type { Zonotope } from '../zonotope.ts';

export type NodeKind = Exclude<NetworkNode['kind'], 'input'>;
export type NodeOf<Kind extends NodeKind> = Extract<NetworkNode, { kind: Kind }>;

export type RuleContext = {
  readonly parameters: ParameterTensors;
  /** Of one example, after every node. */
  readonly shapes: ReadonlyMap<string, ActivationShape>;
};

/** Which line lies below an unstable ReLU: slope 1 if u > -l else 0 (`adaptive`), always 0, always 1, or the upper line's. */
export type LowerSlope = 'adaptive' | 'zero' | 'one' | 'parallel';

/**
 * Linear functionals of a node's output, [examples or 1, rows, ...features], pulled back: to functionals of each of
 * its inputs and a constant [examples or 1, rows] whose sum bounds them from below.
 */
type PulledBack = {
  readonly functionals: readonly Tensor[];
  readonly constant: Tensor | undefined;
};

/** What verification knows of one kind of node. Tensors are new; those given stay the caller's. */
export type NodeRule<Kind extends NodeKind> = {
  readonly boundInterval: (node: NodeOf<Kind>, inputs: readonly Interval[], context: RuleContext) => Interval;
  /** `inputs` bound what the node reads; only a node that is not affine needs them. */
  readonly pullBack: (
    node: NodeOf<Kind>,
    functionals: Tensor,
    context: RuleContext & { readonly inputs: readonly Interval[]; readonly lowerSlope: LowerSlope },
  ) => PulledBack;
  readonly pushForward: (
    node: NodeOf<Kind>,
    inputs: readonly Zonotope[],
    context: RuleContext,
  ) => Zonotope | Promise<Zonotope>;
  /** Whether its output is an affine function of its inputs: interval bounds of a functional of it lose nothing. */
  readonly isAffine: boolean;
};
