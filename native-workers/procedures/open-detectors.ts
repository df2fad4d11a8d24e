import { detectorName, isFitted, type Detector } from '#contract/detector.ts';
import type { OpenWorld } from '#contract/open-world.ts';
import { gatherExamples, positionRange, type ExampleSet } from '#workers/data/example-set.ts';
import { fittedRuleOf, unfittedRuleOf } from '#workers/ood/detectors/detector-rules.ts';
import type { OpenDetector, WatchedNetwork } from '#workers/ood/detectors/detector-rule.ts';
import { freezeThreshold } from '#workers/ood/freeze-threshold.ts';
import { loadFitted } from './fitted-file.ts';
import type { StageContext } from './procedure.ts';
import { validationParts } from './validation-parts.ts';

/** A detector with its frozen threshold. */
export type FrozenDetector = OpenDetector & {
  readonly name: string;
  readonly detector: Detector;
  readonly threshold: number;
  /** The clean validation images that the threshold was frozen on. */
  readonly validation: ExampleSet;
};

export type Thresholds = Readonly<Record<string, number>>;

type DetectorRequest = {
  readonly setting: OpenWorld;
  readonly network: WatchedNetwork;
  readonly classCount: number;
  readonly validation: ExampleSet;
  /** By name: those that an earlier attempt froze. */
  readonly known: Thresholds;
};

/** Opens the detectors with what was fitted for them, and freezes their thresholds. */
export async function openDetectors(
  context: StageContext,
  request: DetectorRequest,
): Promise<readonly FrozenDetector[]> {
  const open: FrozenDetector[] = [];
  try {
    for (const detector of request.setting.detectors) open.push(await freeze(context, detector, request));
    return open;
  } catch (error) {
    closeDetectors(open);
    throw error;
  }
}

export function closeDetectors(detectors: readonly OpenDetector[]): void {
  for (const { dispose } of detectors) dispose();
}

async function freeze(
  context: StageContext,
  detector: Detector,
  { network, classCount, validation: all, setting, known }: DetectorRequest,
): Promise<FrozenDetector> {
  const name = detectorName(detector);
  const { freezing: validation } = validationParts(all, detector);
  const open = await openDetector(context, detector, { ...network, classCount });
  try {
    const threshold = known[name] ?? freezeThreshold(await scoreSet(open, validation), setting.acceptance);
    return { ...open, name, detector, threshold, validation };
  } catch (error) {
    open.dispose();
    throw error;
  }
}

async function openDetector(
  context: StageContext,
  detector: Detector,
  network: WatchedNetwork & { readonly classCount: number },
): Promise<OpenDetector> {
  if (!isFitted(detector)) return unfittedRuleOf(detector).open(detector, network);
  return fittedRuleOf(detector).open(detector, network, await loadFitted(context, detector));
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
