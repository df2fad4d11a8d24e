import type { OpenWorldOutcomes } from '#contract/outcomes.ts';
import { packed, unpacked } from '#workers/array/packed-doubles.ts';
import type { SafetensorsFile, StoredArray, StoredValues } from '#workers/array/safetensors.ts';
import type { ExampleBatch } from '#workers/data/example-set.ts';
import type { DetectorFindings } from '#workers/ood/detectors/detector-rule.ts';
import type { Pushed } from '#workers/ood/push-to-targets.ts';
import type { FrozenDetector, Thresholds } from './open-detectors.ts';
import {
  addFindings,
  emptyState,
  parseState,
  stateToCheckpoint,
  type EvaluationState,
} from './evaluation-state.ts';

/** What an open-world measurement knows so far: the first `base.done` entries of every list are filled in. */
export type OpenWorldState = {
  /** `survived`: the target was not reached. Gallery: `broken` is on target and accepted by a detector. */
  readonly base: EvaluationState;
  readonly openWorld: OpenWorldOutcomes;
  /** By detector, 1: on target, as detector and network see the witness together, and accepted. */
  readonly joint: Readonly<Record<string, Uint8Array>>;
};

type Named = Pick<FrozenDetector, 'name' | 'threshold'>;

export function emptyOpenState(count: number, detectors: readonly Named[]): OpenWorldState {
  const byDetector = <Value>(valueOf: (detector: Named) => Value): Record<string, Value> =>
    Object.fromEntries(detectors.map((detector) => [detector.name, valueOf(detector)]));
  return {
    base: emptyState(count, false),
    openWorld: {
      targets: new Uint16Array(count),
      confidences: new Float32Array(count),
      scores: byDetector(() => new Float64Array(count)),
      thresholds: byDetector(({ threshold }) => threshold),
    },
    joint: byDetector(() => new Uint8Array(count)),
  };
}

export type BatchLooks = ReadonlyMap<string, DetectorFindings>;

/** Writes what became of a batch into the state's lists, which it keeps. */
export function addPushed(
  state: OpenWorldState,
  batch: ExampleBatch,
  { pushed, looks }: { readonly pushed: Pushed; readonly looks: BatchLooks },
): OpenWorldState {
  const { openWorld, joint } = state;
  const first = state.base.done;
  openWorld.targets.set(pushed.targets, first);
  openWorld.confidences.set(pushed.confidences, first);
  const isAccepted = new Uint8Array(batch.labels.length);
  for (const [name, { scores, predictions = pushed.predictions }] of looks) {
    expectNumbers(name, scores);
    openWorld.scores[name]!.set(scores, first);
    for (const [row, score] of scores.entries()) {
      const succeeds = score >= openWorld.thresholds[name]! && predictions[row] === pushed.targets[row];
      joint[name]![first + row] = succeeds ? 1 : 0;
      if (succeeds) isAccepted[row] = 1;
    }
  }
  const base = addFindings(state.base, batch, findingsOf(pushed, isAccepted));
  for (const [row, target] of pushed.targets.entries())
    base.outcomes.survived[first + row] = pushed.predictions[row] === target ? 0 : 1;
  return { ...state, base };
}

/** For the gallery what is on target and accepted counts as broken, all else as survived. */
const findingsOf = (pushed: Pushed, isAccepted: Uint8Array) => ({
  cleanPredictions: pushed.cleanPredictions,
  attackedPredictions: pushed.predictions,
  survived: isAccepted.map((accepted) => 1 - accepted),
  distances: pushed.distances,
  cleanLosses: new Float32Array(isAccepted.length),
  adversarial: pushed.witnesses,
});

function expectNumbers(name: string, scores: Float64Array): void {
  const odd = scores.findIndex((score) => Number.isNaN(score));
  if (odd >= 0)
    throw new RangeError(
      `The detector ${name} gave input ${odd} of a batch the score NaN; a number was expected.`,
    );
}

/** Shares over the inputs done so far. */
export function measureOpenState({ base, openWorld, joint }: OpenWorldState): Record<string, number> {
  const { done } = base;
  const shareOf = (holds: (index: number) => boolean): number => {
    let found = 0;
    for (let index = 0; index < done; index += 1) if (holds(index)) found += 1;
    return found / done;
  };
  const confidence = openWorld.confidences.subarray(0, done).reduce((sum, value) => sum + value, 0) / done;
  const perDetector = Object.entries(openWorld.scores).flatMap(([name, scores]) => [
    [`open.accepted.${name}`, shareOf((index) => scores[index]! >= openWorld.thresholds[name]!)] as const,
    [`open.joint.${name}`, shareOf((index) => joint[name]![index] === 1)] as const,
  ]);
  return {
    'open.target': shareOf((index) => base.outcomes.survived[index] === 0),
    'open.confidence': confidence,
    ...Object.fromEntries(perDetector),
  };
}

export function openStateToCheckpoint({ base, openWorld, joint }: OpenWorldState): SafetensorsFile {
  const { arrays, metadata } = stateToCheckpoint(base);
  const columns: Record<string, StoredValues> = {
    'open.confidences': openWorld.confidences,
    'open.targets': Uint32Array.from(openWorld.targets),
    ...named('open.scores', openWorld.scores, (scores) => packed(scores).values),
    ...named('open.joint', joint, (values) => values),
  };
  const stored = Object.entries(columns).map(([name, values]): [string, StoredArray] => [
    name,
    { shape: [values.length], values },
  ]);
  // float arrays lie before bytes, which might leave what follows them unaligned
  const all = [...arrays, ...stored].sort(([, left], [, right]) => widthOf(right) - widthOf(left));
  return { arrays: new Map(all), metadata: { ...metadata, thresholds: thresholdsText(openWorld) } };
}

/** As text, because JSON has no infinity. */
const thresholdsText = ({ thresholds }: OpenWorldOutcomes): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(thresholds).map(([name, threshold]) => [name, String(threshold)])),
  );

/** Those that the checkpoint's scores were judged by: whoever goes on with it keeps to them. */
export function thresholdsIn({ metadata }: SafetensorsFile): Thresholds {
  const texts = JSON.parse(metadata['thresholds'] ?? '{}') as Readonly<Record<string, string>>;
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Number(text)]));
}

const widthOf = ({ values }: StoredArray): number => values.BYTES_PER_ELEMENT;

/** `detectors` are those of the recipe, whose thresholds are read beside. */
export function parseOpenState(content: SafetensorsFile, detectors: readonly Named[]): OpenWorldState {
  const base = parseState(content);
  const column = (name: string): StoredValues => {
    const values = content.arrays.get(name)?.values;
    if (values === undefined) throw new Error(`The checkpoint has no ${name}.`);
    return values;
  };
  const byDetector = <Value>(valueOf: (name: string) => Value): Record<string, Value> =>
    Object.fromEntries(detectors.map(({ name }) => [name, valueOf(name)]));
  return {
    base,
    openWorld: {
      targets: Uint16Array.from(column('open.targets')),
      confidences: Float32Array.from(column('open.confidences')),
      scores: byDetector((name) => unpacked(content.arrays, `open.scores.${name}`)),
      thresholds: Object.fromEntries(detectors.map(({ name, threshold }) => [name, threshold])),
    },
    joint: byDetector((name) => Uint8Array.from(column(`open.joint.${name}`))),
  };
}

const named = <Values>(
  prefix: string,
  values: Readonly<Record<string, Values>>,
  store: (values: Values) => StoredValues,
): Record<string, StoredValues> =>
  Object.fromEntries(Object.entries(values).map(([name, each]) => [`${prefix}.${name}`, store(each)]));
