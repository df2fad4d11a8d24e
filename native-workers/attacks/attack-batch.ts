import type { Attack } from '#contract/attack.ts';
import type { NetworkGraph } from '#contract/network.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import { predict } from '#workers/networks/predict.ts';
import { judge, type Verdict } from './judge.ts';
import { searchWitnesses } from './search.ts';
import { chooseTargets, noTarget } from './targets.ts';

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
  /** Points found earlier, laid out as `images`: drawn into this ball and kept where the search finds nothing better. */
  readonly incumbents?: Float32Array;
};

export type AttackOutcome = {
  /** The best witness per example, laid out as `images`; inside ball and box by the judge's hand. */
  readonly adversarial: Float32Array;
  /** Untargeted: broken if misclassified (a clean error counts). Targeted: broken if the target is reached. */
  readonly verdicts: readonly Verdict[];
  /** Class, softmax confidence and cross-entropy (true label) of each witness, as the judge measured them. */
  readonly predictions: Int32Array;
  readonly confidences: Float32Array;
  readonly losses: Float32Array;
  /** Class of each unperturbed image. */
  readonly cleanPredictions: Int32Array;
  /** The class aimed at per example, or -1 where the attack aims at none. */
  readonly targets: Int32Array;
  /** Length of each witness's perturbation in the attack's norm. */
  readonly distances: Float32Array;
};

/** Searches with one attack, then has the judge decide. Parameters stay the caller's; no tensor is left behind. */
export async function attackBatch(request: AttackRequest): Promise<AttackOutcome> {
  const { attack, graph, labels, images, incumbents } = request;
  const targets = chooseTargets(request);
  const clean = await predict(request);
  const active = [...labels.keys()].filter((i) =>
    isWorthAttacking(attack, clean.classes[i]!, labels[i]!, targets[i]!),
  );
  const candidates = images.slice();
  if (active.length > 0) {
    const found = await searchWitnesses({
      ...request,
      images: rowsOf(images, active, graph),
      labels: Int32Array.from(active, (i) => labels[i]!),
      exampleIds: Uint32Array.from(active, (i) => request.exampleIds[i]!),
      targets: Int32Array.from(active, (i) => targets[i]!),
      ...(incumbents && { incumbents: rowsOf(incumbents, active, graph) }),
    });
    for (const [row, i] of active.entries())
      candidates.set(rowsOf(found, [row], graph), i * imageSize(graph));
  }
  const judged = await judge({ ...request, ball: attack, targets, candidates });
  return { ...judged, targets, cleanPredictions: clean.classes };
}

/** An image that is already on the target, already misclassified, or of the target's class needs no search. */
function isWorthAttacking(attack: Attack, predicted: number, label: number, target: number): boolean {
  if (attack.kind === 'pgd' && attack.target !== 'none') return target !== noTarget && predicted !== target;
  return predicted === label;
}

const imageSize = (graph: NetworkGraph): number => graph.inputShape.reduce((a, b) => a * b, 1);

function rowsOf(values: Float32Array, rows: readonly number[], graph: NetworkGraph): Float32Array {
  const size = imageSize(graph);
  const picked = new Float32Array(rows.length * size);
  for (const [at, row] of rows.entries())
    picked.set(values.subarray(row * size, (row + 1) * size), at * size);
  return picked;
}
