import type { Attack, AttackKind } from '#contract/attack.ts';
import type { NetworkGraph } from '#contract/network.ts';
import { dispose } from '@tensorflow/tfjs-core';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { createBestWitness, type BestWitness } from './best-witness.ts';
import { searchFgsm } from './fgsm.ts';
import { searchNoise } from './noise.ts';
import { searchPgd } from './pgd.ts';

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

const searches: { readonly [Kind in AttackKind]: Search<Kind> } = {
  fgsm: searchFgsm,
  pgd: searchPgd,
  noise: searchNoise,
};

/** The best point per example, laid out as `images`, that the attack passed; not judged yet. */
export async function searchWitnesses(request: SearchRequest): Promise<Float32Array> {
  const witness = createBestWitness(request);
  try {
    if (request.incumbents) {
      const incumbents = imageTensor(request.graph, request.incumbents);
      await witness.evaluate(incumbents);
      dispose(incumbents);
    }
    const search = searches[request.attack.kind] as Search<AttackKind>;
    await search(request, witness);
    return await witness.read();
  } finally {
    witness.dispose();
  }
}
