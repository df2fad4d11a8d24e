import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { filterGradientVariants } from '../lower/lowered.ts';
import { measureVariants } from './measure-variants.ts';
import { openRememberedChoices } from './remembered-choices.ts';
import { createTuner, type Tuner } from './tuner.ts';

/**
 * Where choices are remembered, and a clock in milliseconds. Not of a thread's own time: that is counted in
 * ticks on some machines, so that the shortest of several times is 0.
 */
export type Tuning = { readonly folder: string; readonly now: () => number };

type Processor = { readonly threads: number; readonly channelBlock: number | undefined };

export function startTuner(tuning: Tuning | undefined, processor: Processor): Tuner {
  if (tuning === undefined) return createTuner();
  const { folder, now } = tuning;
  return createTuner({
    remembered: openRememberedChoices(folder, describeMachine(processor)),
    measure: (shape, variants) => measureVariants(shape, variants, { ...processor, now }),
  });
}

/** Raised when a way to compute becomes faster: what was measured before is not asked any more. */
const race = 2;

/** Two machines with the same description are taken to compute equally fast. A new way to compute is a new race. */
function describeMachine({ threads, channelBlock }: Processor): string {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return [
    cpus()[0]?.model ?? process.arch,
    `blocks of ${channelBlock ?? 'no'} channels`,
    `onnxruntime-node ${version}`,
    `${threads} threads`,
    `${filterGradientVariants.length} ways`,
    `race ${race}`,
  ].join(', ');
}
