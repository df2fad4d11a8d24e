import type { Attack, AttackKind } from '#contract/attack.ts';
import type { NetworkGraph } from '#contract/network.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import type { BestWitness } from './best-witness.ts';

/** What a search is given: only examples worth attacking, as rows. */
export type SearchRequest<Kind extends AttackKind = AttackKind> = {
  readonly attack: Extract<Attack, { kind: Kind }>;
  readonly graph: NetworkGraph;
  readonly parameters: ParameterTensors;
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly targets: Int32Array;
  readonly exampleIds: Uint32Array;
  readonly seed: number;
  readonly incumbents?: Float32Array;
};

/** Shows the witness every point it passes; decides nothing. */
export type Search<Kind extends AttackKind> = (
  request: SearchRequest<Kind>,
  witness: BestWitness,
) => Promise<void>;
