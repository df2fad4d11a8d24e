import type { TestExamples } from '../views/same-examples.ts';

/** One byte per test example: 1 where the network holds. */
export type AnsweredExamples = TestExamples & { readonly correct: Uint8Array };

/** The answers of one group to one question, by seed. */
export type Correctness = ReadonlyMap<number, AnsweredExamples>;

/** What goes over seeds where there are enough of them. */
export type SeedTest = 'paired t' | 'Wilcoxon';
export type PairedTest = SeedTest | 'McNemar';
