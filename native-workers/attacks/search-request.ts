import type { Attack, AttackKind } from '#contract/attack.ts';
import type { NetworkGraph } from '#contract/network.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import type { Companion } from './companion.ts';
import type { SearchUntil, Witnesses } from './witnesses.ts';

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
  readonly until: SearchUntil;
  readonly incumbents?: Float32Array;
  /** Climbed beside the loss by attacks that walk. */
  readonly companion?: Companion;
};

/**
 * Shows the witnesses every point it passes for the examples still open; decides nothing. After each pass through the
 * network it says how many more passes an example that stays open will take.
 */
export type Search<Kind extends AttackKind> = (
  request: SearchRequest<Kind>,
  witnesses: Witnesses,
) => AsyncGenerator<number, void, void>;
