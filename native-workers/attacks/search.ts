import type { AttackKind } from '#contract/attack.ts';
import { clipToBall } from './ball.ts';
import { searchFgsm } from './fgsm.ts';
import { searchNoise } from './noise.ts';
import { searchPgd } from './pgd.ts';
import type { Search, SearchRequest } from './search-request.ts';
import { tryPoints } from './try-points.ts';
import { createWitnesses } from './witnesses.ts';

const searches: { readonly [Kind in AttackKind]: Search<Kind> } = {
  fgsm: searchFgsm,
  pgd: searchPgd,
  noise: searchNoise,
};

/** Work in passes of one example through the network; `left` supposes that every example still open survives. */
export type Effort = { readonly spent: number; readonly left: number };

/** Ends with a witness per example, laid out as `images`; not judged yet. Tells its effort after every pass. */
export async function* searchWitnesses(request: SearchRequest): AsyncGenerator<Effort, Float32Array, void> {
  const { attack, graph, images, incumbents } = request;
  const witnesses = createWitnesses(request);
  if (incumbents)
    await tryPoints(request, witnesses, {
      rows: witnesses.open(),
      points: clipToBall(incumbents, images, attack, graph),
    });
  const search = searches[attack.kind] as Search<AttackKind>;
  let spent = 0;
  let walking = witnesses.open().length;
  for await (const passesLeft of search(request, witnesses)) {
    spent += walking;
    walking = witnesses.open().length;
    yield { spent, left: walking * passesLeft };
  }
  return witnesses.points;
}
