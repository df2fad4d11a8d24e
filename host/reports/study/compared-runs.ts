import type { Attack } from '#contract/attack.ts';
import type { Certificate } from '#contract/certificate.ts';
import type { Ball } from '#contract/quantities.ts';
import type { RunState, Settings } from '#contract/run.ts';
import type { StageKey } from '#contract/stage.ts';
import type { Proportion } from '#contract/views.ts';
import type { Spread } from '../statistics/spread.ts';
import type { Correctness, PairedTest } from './answered-examples.ts';

/** Runs side by side, and all that was measured of them. */
export type ComparedRuns = {
  /** Settings that differ between the runs, and their values. */
  readonly factors: readonly { readonly path: string; readonly values: readonly string[] }[];
  readonly seeds: readonly number[];
  /** Clean accuracy first, then every attack, every worst case over several, every certificate. */
  readonly questions: readonly Question[];
  readonly groups: readonly Group[];
  readonly runs: readonly ReportRun[];
  /** Proofs that an attack contradicts, whose numbers are left out. Empty unless something is badly wrong. */
  readonly contradictions: readonly string[];
};

/** What was asked of every network. */
export type Question = {
  /** Column name in tables: `clean`, or the name of the attack or certificate. */
  readonly id: string;
  readonly threat: string;
  readonly attack: Attack | undefined;
  readonly certificate?: Certificate;
  /** The worst case over several attacks of one ball, by their names. */
  readonly worst?: Ball & { readonly attacks: readonly string[] };
};

/** Runs that differ by nothing but their seed. */
export type Group = {
  readonly id: string;
  readonly label: string;
  readonly settings: Settings;
  /** Groups of one line in a figure differ by nothing but their density. */
  readonly line: string;
  /** Kept fraction of the weights; of strategies that keep channels as measured. */
  readonly density: number;
  readonly isDense: boolean;
  readonly runs: readonly ReportRun[];
  /** By question; absent before any of the runs has the answer. */
  readonly answers: ReadonlyMap<string, Answer>;
};

export type Answer = {
  /** Over seeds. */
  readonly spread: Spread;
  /**
   * The mean with the Wilson interval of one test set of this size: every seed meets the same images, so more seeds
   * do not make it narrower.
   */
  readonly proportion: Proportion;
  readonly perRun: readonly { readonly run: ReportRun; readonly proportion: Proportion }[];
  /** By seed, example by example: what paired tests are made of. */
  readonly correctness: Correctness;
  /** Against the dense twin at the same seed, over seeds. */
  readonly retention: Spread | undefined;
  readonly versusDense: Comparison | undefined;
  /** Better than every other group, and significantly better than the second. */
  readonly isBest: boolean;
};

type Comparison = {
  readonly test: PairedTest;
  /** After Holm's correction over the column. */
  readonly p: number;
  readonly isNoise: boolean;
};

export type ReportRun = {
  readonly key: string;
  readonly seed: number;
  readonly state: RunState;
  readonly settings: Settings;
  readonly stages: readonly StageKey[];
  /** Sizes and speeds among them, by metric name. */
  readonly metrics: Readonly<Record<string, number>>;
};

/** Differences with a larger p are called noise. */
export const significance = 0.05;
