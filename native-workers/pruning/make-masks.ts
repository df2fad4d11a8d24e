import type { NetworkGraph } from '#contract/network.ts';
import type { Pruning, PruningKind } from '#contract/pruning.ts';
import type { Random } from '#workers/array/random.ts';
import type { MaskSet, ParameterSet } from '#workers/networks/parameters.ts';
import { chooseWeights } from './choose-weights.ts';
import type { Scores } from './keep-largest.ts';
import { pruneChannels } from './prune-channels.ts';
import type { PrunedMasks } from './pruned-masks.ts';

export type ScoredModel = {
  readonly graph: NetworkGraph;
  readonly parameters: ParameterSet;
  /** What is pruned already stays pruned, as long as the rest is enough. */
  readonly masks?: MaskSet;
  /** One score per prunable weight, learned or measured; for the strategies that rank by more than the weights. */
  readonly scores?: ParameterSet;
};

type MaskRule<Kind extends PruningKind> = (
  pruning: Extract<Pruning, { kind: Kind }>,
  model: ScoredModel,
  random: Random,
) => PrunedMasks;

/** One rule per strategy (science.md, section 2). */
const rules: { readonly [Kind in PruningKind]: MaskRule<Kind> } = {
  none: () => ({ masks: new Map(), warnings: [] }),
  random: (pruning, model, random) =>
    chooseWeights(pruning, model.parameters, (name, { values }) => {
      const stream = random.derive('scores', name);
      return Float64Array.from(values, () => stream.nextUniform());
    }),
  /** Low-weight magnitude (Han et al. 2015, arXiv:1506.02626). */
  magnitude: (pruning, { parameters, masks }) =>
    chooseWeights(pruning, parameters, (name, { values }) => {
      const kept = masks?.get(name)?.values;
      return values.map((weight, index) => (kept?.[index] === 0 ? -1 : Math.abs(weight)));
    }),
  'learned-scores': (pruning, model) => chooseWeights(pruning, model.parameters, givenMagnitudes(model)),
  gradient: (pruning, model) => chooseWeights(pruning, model.parameters, givenMagnitudes(model)),
  'filter-l1': (pruning, model) => pruneChannels(pruning, model, model.scores),
  'batchnorm-scale': (pruning, model) => pruneChannels(pruning, model),
};

/** Chooses what is kept. Chance comes from `random` alone, in streams of each parameter's own. */
export function makeMasks(pruning: Pruning, model: ScoredModel, random: Random): PrunedMasks {
  const rule = rules[pruning.kind] as MaskRule<PruningKind>;
  return rule(pruning, model, random);
}

const givenMagnitudes =
  ({ scores }: ScoredModel) =>
  (name: string): Scores => {
    const own = scores?.get(name);
    if (own === undefined) throw new Error(`No scores were given for ${name}.`);
    return own.values.map(Math.abs);
  };
