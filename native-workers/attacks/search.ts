import { dispose } from '@tensorflow/tfjs-core';
import type { AttackKind } from '#contract/attack.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { clipToBall } from './ball.ts';
import { createBestWitness } from './best-witness.ts';
import { searchFgsm } from './fgsm.ts';
import { searchNoise } from './noise.ts';
import { searchPgd } from './pgd.ts';
import type { Search, SearchRequest } from './search-request.ts';

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
      const incumbents = imageTensor(
        request.graph,
        clipToBall(request.incumbents, request.images, request.attack, request.graph),
      );
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
