import { isFitted, type Detector } from '#contract/detector.ts';
import type {
  FitRequest,
  FittedArrays,
  OpenDetector,
  WatchedNetwork,
} from '#workers/ood/detectors/detector-rule.ts';
import { fittedRuleOf, unfittedRuleOf } from '#workers/ood/detectors/detector-rules.ts';

/** What fitting a detector ends with; nothing where nothing is fitted. */
export async function fitDetector(detector: Detector, request: FitRequest): Promise<FittedArrays> {
  if (!isFitted(detector)) return new Map();
  const steps = fittedRuleOf(detector).fit(detector, request);
  let done = 0;
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return step.value;
    // a meter that fell back, or ran over, would tell nobody how long it takes
    if (step.value.done < done || step.value.done > step.value.total)
      throw new Error(`After ${done} examples came ${step.value.done} of ${step.value.total}.`);
    ({ done } = step.value);
  }
}

export const openDetector = (
  detector: Detector,
  network: WatchedNetwork & { readonly classCount: number },
  fitted: FittedArrays = new Map(),
): OpenDetector =>
  isFitted(detector)
    ? fittedRuleOf(detector).open(detector, network, fitted)
    : unfittedRuleOf(detector).open(detector, network);
