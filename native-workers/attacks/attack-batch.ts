import type { Attack } from '#contract/attack.ts';
import type { NetworkGraph } from '#contract/network.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import { measureLosses, predict } from '#workers/networks/predict.ts';
import type { Companion } from './companion.ts';
import { imageSize, pickRows } from './image-rows.ts';
import { judge, type Verdict } from './judge.ts';
import { searchWitnesses, type Effort } from './search.ts';
import { chooseTargets, noTarget } from './targets.ts';
import type { SearchUntil } from './witnesses.ts';

export type AttackRequest = {
  readonly attack: Attack;
  readonly graph: NetworkGraph;
  readonly parameters: ParameterTensors;
  /** [batch, height, width, channels] in [0, 1], flat. */
  readonly images: Float32Array;
  readonly labels: Int32Array;
  /** Names each example within its dataset: with the seed it derives the example's chance, whatever the batch. */
  readonly exampleIds: Uint32Array;
  readonly seed: number;
  /** `broken` decides who is broken with least work; `end` also finds how far the whole attack gets. */
  readonly until: SearchUntil;
  /** Points found earlier, laid out as `images`: drawn into this ball and kept where the search finds nothing better. */
  readonly incumbents?: Float32Array;
  /**
   * The class to reach per example; left out: drawn as the attack says. Given, every example is searched, one that is on
   * its target already too.
   */
  readonly targets?: Int32Array;
  /** A score that is climbed beside the loss; of PGD only. */
  readonly companion?: Companion;
};

export type AttackOutcome = {
  /** The witness per example, laid out as `images`, as `until` chooses it; inside ball and box by the judge's hand. */
  readonly adversarial: Float32Array;
  /** Untargeted: broken if misclassified (a clean error counts). Targeted: broken if the target is reached. */
  readonly verdicts: readonly Verdict[];
  /** Class, softmax confidence and cross-entropy (true label) of each witness, as the judge measured them. */
  readonly predictions: Int32Array;
  readonly confidences: Float32Array;
  readonly losses: Float32Array;
  /** Class and cross-entropy (true label) of each unperturbed image. */
  readonly cleanPredictions: Int32Array;
  readonly cleanLosses: Float32Array;
  /** The class aimed at per example, or -1 where the attack aims at none. */
  readonly targets: Int32Array;
  /** Length of each witness's perturbation in the attack's norm. */
  readonly distances: Float32Array;
};

/**
 * Searches with one attack, then has the judge decide. Parameters stay the caller's; no tensor is left behind, not even
 * when the generator is given up at a yield.
 *
 * An example's chance, path and verdict do not depend on who shares its batch, up to the engine's rounding: batches
 * of different shape may differ in the last bits, and where a gradient entry is itself no larger, paths may part.
 * The same request repeats every bit. Both values of `until` break the same examples, with the same proviso.
 */
export async function* attackInSteps(request: AttackRequest): AsyncGenerator<Effort, AttackOutcome, void> {
  const { attack, graph, labels, images, incumbents } = request;
  const targets = request.targets ?? chooseTargets(request);
  const clean = await predict(request);
  const candidates = images.slice();
  const active = [...labels.keys()].filter((i) =>
    request.targets === undefined
      ? isWorthAttacking(attack, clean.classes[i]!, labels[i]!, targets[i]!)
      : targets[i] !== noTarget,
  );
  if (active.length > 0) {
    const size = imageSize(graph);
    const found = yield* searchWitnesses({
      ...request,
      images: pickRows(images, active, size),
      labels: Int32Array.from(active, (i) => labels[i]!),
      exampleIds: Uint32Array.from(active, (i) => request.exampleIds[i]!),
      targets: Int32Array.from(active, (i) => targets[i]!),
      ...(incumbents && { incumbents: pickRows(incumbents, active, size) }),
    });
    for (const [row, i] of active.entries()) candidates.set(pickRows(found, [row], size), i * size);
  }
  const judged = await judge({ ...request, ball: attack, targets, candidates });
  const cleanLosses = measureLosses(clean.logits, labels);
  return { ...judged, targets, cleanPredictions: clean.classes, cleanLosses };
}

/** As `attackInSteps`, in one go. */
export async function attackBatch(request: AttackRequest): Promise<AttackOutcome> {
  const steps = attackInSteps(request);
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

/** An image that is already on the target, already misclassified, or of the target's class needs no search. */
function isWorthAttacking(attack: Attack, predicted: number, label: number, target: number): boolean {
  if (attack.kind === 'pgd' && attack.target !== 'none') return target !== noTarget && predicted !== target;
  return predicted === label;
}
