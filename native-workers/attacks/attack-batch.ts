import type { Attack } from '#contract/attack.ts';
import type { NetworkGraph } from '#contract/network.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';

export type Verdict = 'broken' | 'survived';

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
  /** The class aimed at per example, or -1 where the attack is untargeted. */
  readonly targets: Int32Array;
  /** Length of each witness's perturbation in the attack's norm. */
  readonly distances: Float32Array;
};

/** Searches with one attack, then has the judge decide. Parameters stay the caller's; no tensor is left behind. */
export async function attackBatch(request: AttackRequest): Promise<AttackOutcome> {
  throw new Error(`Not yet written (${request.attack.kind}).`);
}
