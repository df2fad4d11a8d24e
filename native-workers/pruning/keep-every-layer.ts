import type { Scores } from './keep-largest.ts';

/** A pruned layer that would have lost every weight. `position` is its place among the scores. */
export type Rescue = { readonly position: number; readonly index: number };

/**
 * A layer without weights makes the network constant. Gives each empty layer its largest weight back and takes the
 * smallest kept weight elsewhere instead, so that the count stays as asked, as long as it allows one weight per layer.
 * Changes `masks` in place and says which layers it rescued.
 */
export function keepEveryLayer(scores: readonly Scores[], masks: readonly Uint8Array[]): Rescue[] {
  const kept = masks.map((mask) => mask.reduce((sum, one) => sum + one, 0));
  const empty = masks.flatMap((_, position) => (kept[position] === 0 ? [position] : []));
  return empty.map((position) => {
    const index = indexOfLargest(scores[position]!);
    masks[position]![index] = 1;
    kept[position] = 1;
    giveUpSmallest(scores, masks, kept);
    return { position, index };
  });
}

/** Of equal scores the later one goes, as in ranking. Layers that hold a single weight keep it. */
function giveUpSmallest(scores: readonly Scores[], masks: readonly Uint8Array[], kept: number[]): void {
  let worst: { position: number; index: number; score: number } | undefined;
  masks.forEach((mask, position) => {
    if (kept[position]! < 2) return;
    for (let index = 0; index < mask.length; index += 1) {
      const score = scores[position]![index]!;
      if (mask[index] === 1 && (worst === undefined || score <= worst.score))
        worst = { position, index, score };
    }
  });
  if (worst === undefined) return;
  masks[worst.position]![worst.index] = 0;
  kept[worst.position]! -= 1;
}

function indexOfLargest(scores: Scores): number {
  let largest = 0;
  for (let i = 1; i < scores.length; i += 1) if (scores[i]! > scores[largest]!) largest = i;
  return largest;
}
