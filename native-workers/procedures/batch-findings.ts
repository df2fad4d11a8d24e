import type { NetworkGraph } from '#contract/network.ts';
import type { Proofs } from '#contract/outcomes.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';

/** What an evaluation found out about each example of one batch. */
export type BatchFindings = {
  readonly cleanPredictions: Int32Array;
  readonly attackedPredictions: Int32Array;
  /** 1: correct before and after; in a certificate, not falsified. */
  readonly survived: Uint8Array;
  readonly distances: Float32Array;
  /** Cross-entropy of the true label on the clean image. */
  readonly cleanLosses: Float32Array;
  /** Laid out as the batch's images; nothing where no attack ran. */
  readonly adversarial: Float32Array | undefined;
  /** Where a certificate was asked for. */
  readonly proofs?: Proofs;
};

export type EvaluatedNetwork = { readonly graph: NetworkGraph; readonly parameters: ParameterTensors };
