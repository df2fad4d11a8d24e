import { networkParameters } from '#contract/network-parameters.ts';
import type { MaskArray, MaskSet } from '#workers/networks/parameters.ts';
import { traceActivity } from './channel-activity.ts';
import { groupChannels } from './channel-groups.ts';
import type { MaskedNetwork } from './masked-network.ts';

/**
 * Marks the weights that can change a class score: kept, not zero, reading something that is not always zero, for
 * something that is read. The others are kept in name only.
 */
export function findEffectiveWeights({ graph, parameters, masks }: MaskedNetwork): MaskSet {
  const activity = traceActivity({ graph, parameters }, groupChannels(graph));
  const weights = networkParameters(graph).filter(({ role }) => role === 'weight');
  return new Map<string, MaskArray>(
    weights.map(({ name, node, shape }) => {
      const { values } = parameters.get(name)!;
      const mask = masks.get(name)?.values;
      const read = activity.read(node.id);
      const silent = activity.silent((node as { readonly input: string }).input);
      const taps = values.length / (read.length * silent.length);
      const effective = new Uint8Array(values.length);
      for (const [output, isRead] of read.entries())
        for (const [input, isSilent] of silent.entries()) {
          if (isRead === 0 || isSilent === 1) continue;
          const first = (output * silent.length + input) * taps;
          for (let at = first; at < first + taps; at += 1)
            if (values[at] !== 0 && mask?.[at] !== 0) effective[at] = 1;
        }
      return [name, { shape, values: effective }];
    }),
  );
}
