import type { NetworkGraph } from '#contract/network.ts';
import type { Companion } from './companion.ts';
import { noTarget } from './targets.ts';

/**
 * How long one example is searched. `broken`: until a point breaks it, which then is its witness; enough for a verdict.
 * `end`: along the whole path, whatever happens; the point with the greatest lead is its witness.
 */
export type SearchUntil = 'broken' | 'end';

/** The best point per example of a search, and which examples are still searched. */
export type Witnesses = {
  /** Laid out as the request's images, which they are at first. Whoever weighs points writes the better ones here. */
  readonly points: Float32Array;
  /** Rows that the search goes on with, in order. */
  readonly open: () => readonly number[];
  readonly isOpen: (row: number) => boolean;
  /**
   * Takes notice of what the network shows, [lanes, classes] and a companion's score, at one point for each of `rows`; says 1 where that point is the
   * example's witness from now on. Rows that are not open any more keep theirs.
   */
  readonly weigh: (rows: readonly number[], shown: Float32Array) => Float32Array;
};

/**
 * An example is left only when its lead is this part of its greatest logit: what rounding could take back is searched
 * to the end, so that the judge says of both kinds of search the same.
 */
const clearLead = 1e-4;

/** An example's witness is the point with the greatest lead of a wrong class (or of its target). */
export function createWitnesses(input: {
  readonly graph: NetworkGraph;
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly targets: Int32Array;
  readonly until: SearchUntil;
  readonly companion?: Pick<Companion, 'enough'>;
}): Witnesses {
  const { graph, labels, targets, until, companion } = input;
  const columns = graph.classCount + (companion === undefined ? 0 : 1);
  const leads = new Float64Array(labels.length).fill(-Infinity);
  const isLeft = new Uint8Array(labels.length);
  const improve = (row: number, logits: Float32Array): boolean => {
    const { lead, scale } = leadOf(logits.subarray(0, graph.classCount), {
      label: labels[row]!,
      target: targets[row]!,
    });
    if (companion !== undefined)
      return improveScore(row, { isOnTarget: lead > clearLead * scale, lead, score: logits[columns - 1]! });
    if (isLeft[row] === 1 || !(lead > leads[row]!)) return false;
    leads[row] = lead;
    if (until === 'broken' && lead > clearLead * scale) isLeft[row] = 1;
    return true;
  };
  /** Points on target go before the others, and among themselves by score. */
  const scores = new Float64Array(labels.length).fill(-Infinity);
  const improveScore = (row: number, { isOnTarget, lead, score }: SeenPoint): boolean => {
    const wasOnTarget = scores[row]! > -Infinity;
    if (isLeft[row] === 1 || (wasOnTarget && !isOnTarget)) return false;
    if (isOnTarget ? !(score > scores[row]!) : !(lead > leads[row]!)) return false;
    leads[row] = lead;
    if (isOnTarget) scores[row] = score;
    if (isOnTarget && until === 'broken' && score >= (companion?.enough ?? Infinity)) isLeft[row] = 1;
    return true;
  };
  return {
    points: input.images.slice(),
    open: () => [...labels.keys()].filter((row) => isLeft[row] === 0),
    isOpen: (row) => isLeft[row] === 0,
    weigh: (rows, shown) =>
      Float32Array.from(rows, (row, lane) =>
        improve(row, shown.subarray(lane * columns, (lane + 1) * columns)) ? 1 : 0,
      ),
  };
}

type SeenPoint = { readonly isOnTarget: boolean; readonly lead: number; readonly score: number };

/** Untargeted: greatest other logit minus the label's. Targeted: the target's minus the greatest other. */
function leadOf(
  logits: Float32Array,
  aim: { readonly label: number; readonly target: number },
): { readonly lead: number; readonly scale: number } {
  const isTargeted = aim.target !== noTarget;
  const watched = isTargeted ? aim.target : aim.label;
  let greatestOther = -Infinity;
  let scale = 0;
  for (let i = 0; i < logits.length; i += 1) {
    scale = Math.max(scale, Math.abs(logits[i]!));
    if (i !== watched) greatestOther = Math.max(greatestOther, logits[i]!);
  }
  const lead = isTargeted ? logits[watched]! - greatestOther : greatestOther - logits[watched]!;
  return { lead, scale };
}
