import type { NetworkGraph } from '#contract/network.ts';

/** What both sides compute with: a graph, a safetensors file of its weights, a file of CIFAR-10 records. */
type Subject = { readonly graph: NetworkGraph; readonly weights: string; readonly images: string };
/** In units of the input range; on the linf ball. */
export type Pgd = { readonly epsilon: number; readonly stepSize: number; readonly steps: number };
type Batched = Subject & { readonly batch: number };
/** The first so many images of the file, in batches. */
type Counted = Batched & { readonly count: number };

/** What a side is asked to do once, and to say how long it took. */
export type Request =
  | (Batched & { readonly measure: 'checkLogits' })
  | (Batched & { readonly measure: 'forward' })
  | (Batched & { readonly measure: 'trainingStep' })
  | (Batched & { readonly measure: 'pgdStep'; readonly attack: Pgd })
  | (Counted & { readonly measure: 'adversarialEpoch'; readonly attack: Pgd })
  | (Counted & {
      readonly measure: 'attackEvaluation';
      readonly attack: Pgd;
      /** The peer alone: leave out, as careful users do, what is misclassified to begin with. This project always does. */
      readonly correctOnly?: true;
      /** This side alone: where to write, after the clock has stopped, the points it found (float32, NHWC). */
      readonly witnesses?: string;
    })
  | (Counted & {
      readonly measure: 'judge';
      readonly witnesses: string;
      readonly examples: readonly number[];
    })
  /** Scores are trained on the clean images, weights stand still; density in every layer. */
  | (Counted & { readonly measure: 'learnedScoresEpoch'; readonly density: number })
  | (Counted & { readonly measure: 'intervalBounds'; readonly epsilon: number })
  /** All margins by CROWN from interval bounds of the layers before. */
  | (Counted & { readonly measure: 'crownBounds'; readonly epsilon: number })
  /** By CROWN from CROWN bounds of the layers before. */
  | (Counted & {
      readonly measure: 'crownFullBounds';
      readonly epsilon: number;
      /** The peer alone: values of a layer that it bounds at once. */
      readonly rows: number;
    })
  | (Counted & {
      readonly measure: 'train';
      readonly epochs: number;
      readonly attack?: Pgd;
      /** Where the weights go. */
      readonly into: string;
    });
export type Measure = Request['measure'];
export type RequestOf<M extends Measure> = Extract<Request, { measure: M }>;

/** What came out, besides the time, for comparing the sides. */
export type Findings = {
  readonly logits?: readonly number[];
  /** One character per image, 1 = still classified correctly. */
  readonly survived?: string;
  /** Per image the greatest logit of another class less the label's, at the point found; null or Infinity where none was sought. */
  readonly leads?: readonly (number | null)[];
  /** Per image the greatest absolute logit at that point. */
  readonly scales?: readonly number[];
  readonly distances?: readonly number[];
  /** [images, classes], row by row. */
  readonly margins?: readonly number[];
  readonly loss?: number;
};
export type Answer = Findings & { readonly ms: number };
