import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { detectorName, type Detector } from '#contract/detector.ts';
import type { OpenWorld } from '#contract/open-world.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { parseSafetensors, serializeSafetensors, type StoredArray } from '#workers/array/safetensors.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import { gatherExamples, positionRange, type ExampleSet } from '#workers/data/example-set.ts';
import { ruleOf } from '#workers/ood/detectors/detector-rules.ts';
import type { FittedArrays, OpenDetector, WatchedNetwork } from '#workers/ood/detectors/detector-rule.ts';
import { freezeThreshold } from '#workers/ood/freeze-threshold.ts';
import { followSteps } from './follow-steps.ts';
import { createPace, progressPeriodMs } from './pace.ts';
import type { StageContext } from './procedure.ts';
import { saveFile } from './save-file.ts';

/** A detector with its frozen threshold. */
export type FrozenDetector = OpenDetector & {
  readonly name: string;
  readonly detector: Detector;
  readonly threshold: number;
  /** The clean validation images that the threshold was frozen on. */
  readonly validation: ExampleSet;
};

export type DetectorRequest = {
  readonly setting: OpenWorld;
  readonly network: WatchedNetwork;
  readonly classCount: number;
  readonly train: ExampleSet;
  readonly validation: ExampleSet;
  readonly seed: number;
};

/**
 * Fits the detectors, opens them and freezes their thresholds; ends with nothing where a stop was asked for. What was
 * fitted, thresholds included, is written to `detectors.safetensors` and read from there by later attempts.
 */
export async function* openDetectors(
  context: StageContext,
  request: DetectorRequest,
): AsyncGenerator<WorkerEvent, readonly FrozenDetector[] | undefined, void> {
  const known = await loadFitted(context);
  const open: FrozenDetector[] = [];
  const arrays = new Map<string, StoredArray>();
  const thresholds: Record<string, string> = {};
  let isComplete = false;
  try {
    for (const detector of request.setting.detectors) {
      const name = detectorName(detector);
      const fitted = known?.arrays.get(name) ?? (yield* fit(context, detector, request));
      if (fitted === undefined) return undefined;
      const frozen = await freeze(detector, fitted, request, known?.thresholds.get(name));
      open.push(frozen);
      for (const [part, array] of fitted) arrays.set(`${name}/${part}`, array);
      thresholds[name] = String(frozen.threshold);
    }
    if (known === undefined)
      await saveFile(
        fittedFile(context),
        serializeSafetensors({ arrays, metadata: { thresholds: JSON.stringify(thresholds) } }),
      );
    isComplete = true;
    return open;
  } finally {
    if (!isComplete) closeDetectors(open);
  }
}

export function closeDetectors(detectors: readonly OpenDetector[]): void {
  for (const { dispose } of detectors) dispose();
}

/** Scores of many images at once; the set is given in its own order. */
async function scoreSet({ look }: OpenDetector, set: ExampleSet): Promise<Float64Array> {
  const count = set.indices.length;
  const scores = new Float64Array(count);
  for (let first = 0; first < count; first += batchSize) {
    const { images } = gatherExamples(set, positionRange(first, Math.min(count, first + batchSize)));
    scores.set((await look(images)).scores, first);
  }
  return scores;
}

const batchSize = 128;
const fittedFile = ({ folder }: StageContext): string => join(folder, 'detectors.safetensors');

async function* fit(
  context: StageContext,
  detector: Detector,
  request: DetectorRequest,
): AsyncGenerator<WorkerEvent, FittedArrays | undefined, void> {
  const { tuning } = partsOf(request.validation, detector);
  const progressDue = createPace(progressPeriodMs, context.now);
  const note = `fitting ${detectorName(detector)}`;
  const steps = ruleOf(detector).fit(detector, { ...request, tuning });
  const end = yield* followSteps(context, steps, (progress) =>
    progressDue() ? { kind: 'progress', ...progress, unit: 'examples', note } : undefined,
  );
  return end?.result;
}

async function freeze(
  detector: Detector,
  fitted: FittedArrays,
  { network, classCount, validation: all, setting }: DetectorRequest,
  known: number | undefined,
): Promise<FrozenDetector> {
  const { validation } = partsOf(all, detector);
  const open = ruleOf(detector).open(detector, { ...network, classCount }, fitted);
  try {
    const threshold = known ?? freezeThreshold(await scoreSet(open, validation), setting.acceptance);
    return { ...open, name: detectorName(detector), detector, threshold, validation };
  } catch (error) {
    open.dispose();
    throw error;
  }
}

/** Every second validation image tunes a detector that tunes; the threshold never sees it. */
function partsOf(
  validation: ExampleSet,
  detector: Detector,
): { readonly tuning: ExampleSet; readonly validation: ExampleSet } {
  if (validation.indices.length < fewest)
    throw new BadInput(
      `A detector's threshold is frozen on validation images, of which there are ${validation.indices.length}; at least ${fewest} are needed.`,
      'Give the dataset a validation of some hundred images in the study.',
    );
  const every = (remainder: number): ExampleSet => ({
    ...validation,
    indices: validation.indices.filter((_, place) => place % 2 === remainder),
  });
  return ruleOf(detector).tunes
    ? { tuning: every(0), validation: every(1) }
    : { tuning: { ...validation, indices: new Uint32Array(0) }, validation };
}

const fewest = 20;

type Known = {
  readonly arrays: ReadonlyMap<string, FittedArrays>;
  readonly thresholds: ReadonlyMap<string, number>;
};

/** What an earlier attempt fitted: a stage without a checkpoint begins anew, with whatever engine it has now. */
async function loadFitted(context: StageContext): Promise<Known | undefined> {
  if (context.resume === undefined) return undefined;
  const bytes = await readFile(fittedFile(context)).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const { arrays, metadata } = parseSafetensors(bytes);
  const thresholds = Object.entries(
    JSON.parse(metadata['thresholds'] ?? '{}') as Readonly<Record<string, string>>,
  ).map(([name, value]) => [name, Number(value)] as const);
  const partsFor = (name: string): FittedArrays =>
    new Map(
      [...arrays].flatMap(([path, array]) =>
        path.startsWith(`${name}/`) ? [[path.slice(name.length + 1), array] as const] : [],
      ),
    );
  return {
    arrays: new Map(thresholds.map(([name]) => [name, partsFor(name)])),
    thresholds: new Map(thresholds),
  };
}
