import type { MaskSet, ParameterSet } from '#workers/networks/parameters.ts';

/** Parameters with every pruned weight at exactly +0. */
export function applyMasks(parameters: ParameterSet, masks: MaskSet): ParameterSet {
  return new Map(
    [...parameters].map(([name, parameter]) => {
      const kept = masks.get(name)?.values;
      if (kept === undefined) return [name, parameter];
      const values = parameter.values.map((weight, index) => (kept[index] === 1 ? weight : 0));
      return [name, { shape: parameter.shape, values }];
    }),
  );
}
