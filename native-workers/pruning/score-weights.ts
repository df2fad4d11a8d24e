import type { PruningKind } from '#contract/pruning.ts';
import type { Random } from '#workers/array/random.ts';
import type { ParameterArray } from '#workers/networks/parameters.ts';
import type { Scores } from './keep-largest.ts';

/** Ranks the weights of one parameter. `random` is a stream of this parameter's own. */
type Scorer = (weights: ParameterArray, random: Random) => Scores;

/** One rule per strategy that scores (science.md, section 2). */
export const scorers: Readonly<Record<Extract<PruningKind, 'random' | 'magnitude'>, Scorer>> = {
  /** Low-weight magnitude (Han et al. 2015, arXiv:1506.02626). */
  magnitude: ({ values }) => values.map(Math.abs),
  random: ({ values }, random) => Float64Array.from(values, () => random.nextUniform()),
};
