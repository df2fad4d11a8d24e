import { openWorldName, type OpenWorld } from '#contract/open-world.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import type { SafetensorsFile } from '#workers/array/safetensors.ts';
import type { Companion } from '#workers/attacks/companion.ts';
import type { Effort } from '#workers/attacks/search.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import type { ExampleBatch, ExampleSet } from '#workers/data/example-set.ts';
import { openDataset } from '#workers/data/load-examples.ts';
import { disposeTensors, toTensors } from '#workers/networks/parameters.ts';
import { calibrateCompanion } from '#workers/ood/calibrate-companion.ts';
import type { WatchedNetwork } from '#workers/ood/detectors/detector-rule.ts';
import { pushToTargets, type Pushed } from '#workers/ood/push-to-targets.ts';
import { makeSource } from '#workers/ood/sources/make-source.ts';
import { gatherInputs, type SourceInputs } from '#workers/ood/sources/source-inputs.ts';
import { announceStart, openCheckpoints, resumeFrom } from './checkpoints.ts';
import { followSteps } from './follow-steps.ts';
import { metricEvent } from './metric-event.ts';
import { loadModel, type Model } from './model-file.ts';
import { closeDetectors, openDetectors, type FrozenDetector } from './open-detectors.ts';
import {
  addPushed,
  emptyOpenState,
  measureOpenState,
  openStateToCheckpoint,
  parseOpenState,
  thresholdsIn,
  type BatchLooks,
  type OpenWorldState,
} from './open-world-state.ts';
import { checkpointPeriodMs, createPace, progressPeriodMs } from './pace.ts';
import { inputFile, workspacePath, type ProcedureContext } from './procedure.ts';
import { saveGallery } from './save-gallery.ts';
import { expectFitting } from './training-data.ts';

type OpenContext = ProcedureContext<'evaluate'> & { readonly setting: OpenWorld };

/** Pushes inputs of a source to random targets and asks detectors whether they accept them. */
export async function* measureOpenWorld(
  stage: ProcedureContext<'evaluate'>,
  setting: OpenWorld,
): AsyncGenerator<WorkerEvent, void, void> {
  const context = { ...stage, setting };
  const resumption = await resumeFrom(context, (content) => content);
  yield* announceStart(resumption);
  const model = await loadModel(inputFile(context, 'model'));
  const world = await loadWorld(context, model);
  const parameters = toTensors(model.graph, model.parameters);
  let detectors: readonly FrozenDetector[] = [];
  try {
    context.engine.freeze(parameters);
    const network = { graph: model.graph, parameters };
    const earlier = resumption.kind === 'resumed' ? resumption.state : undefined;
    const known = earlier === undefined ? {} : thresholdsIn(earlier);
    detectors = await openDetectors(context, { setting, network, ...world, known });
    yield* measureInputs(context, { ...world, network, detectors, earlier });
  } finally {
    closeDetectors(detectors);
    disposeTensors(parameters);
  }
}

type World = {
  readonly validation: ExampleSet;
  readonly inputs: SourceInputs;
  /** Of the task. */
  readonly classCount: number;
};

async function loadWorld(context: OpenContext, { graph }: Model): Promise<World> {
  const { source } = context.setting;
  const dataset = await openDataset(context.workspace, inputFile(context, 'data'));
  expectFitting(graph, dataset);
  const { validation, test } = await dataset.loadAll(['validation', 'test']);
  const heldOut = dataset.holdsOut ? await dataset.load('heldOut') : undefined;
  const takesOther = source !== 'in-distribution' && source.kind === 'dataset';
  const other = takesOther ? await openDataset(context.workspace, inputFile(context, 'source')) : undefined;
  const inputs = makeSource({
    source,
    examples: context.setting.examples,
    test,
    heldOut,
    other: other && { set: await other.load('test'), classes: other.manifest.classes },
  });
  return { validation, inputs, classCount: dataset.manifest.classes.length };
}

type Measurement = World & {
  readonly network: WatchedNetwork;
  readonly detectors: readonly FrozenDetector[];
  readonly earlier: SafetensorsFile | undefined;
};

async function* measureInputs(
  context: OpenContext,
  measurement: Measurement,
): AsyncGenerator<WorkerEvent, void, void> {
  const { inputs, detectors, earlier } = measurement;
  const total = inputs.exampleIds.length;
  const checkpoints = await openCheckpoints(context);
  const progressDue = createPace(progressPeriodMs, context.now);
  const checkpointDue = createPace(checkpointPeriodMs, context.now);
  const companion = await companionOf(context.setting, measurement);
  let state = earlier === undefined ? emptyOpenState(total, detectors) : parseOpenState(earlier, detectors);
  yield progressEvent(state, total);
  while (state.base.done < total) {
    const seen = state;
    const batch = gatherInputs(
      inputs,
      seen.base.done,
      Math.min(total, seen.base.done + batchSize(context.setting)),
    );
    const steps = pushBatch(context, measurement, { batch, companion });
    const found = yield* followSteps(context, steps, (effort) =>
      progressDue() ? progressEvent(seen, total, examplesWorth(batch, effort)) : undefined,
    );
    if (found === undefined) {
      yield await checkpoints.save(state.base.done, openStateToCheckpoint(state));
      yield { kind: 'stopped' };
      return;
    }
    state = addPushed(state, batch, found.result);
    if (progressDue()) yield progressEvent(state, total);
    if (checkpointDue()) yield await checkpoints.save(state.base.done, openStateToCheckpoint(state));
  }
  yield* finish(context, inputs, state);
}

/** Pushes a batch, then shows its witnesses to every detector. */
async function* pushBatch(
  { setting, recipe }: OpenContext,
  { network, detectors, classCount }: Measurement,
  { batch, companion }: { readonly batch: ExampleBatch; readonly companion: Companion | undefined },
): AsyncGenerator<Effort, { readonly pushed: Pushed; readonly looks: BatchLooks }, void> {
  const request = { network, setting, batch, classCount, seed: recipe.seed };
  const pushed = yield* pushToTargets({ ...request, ...(companion && { companion }) });
  const looks = new Map<string, Awaited<ReturnType<FrozenDetector['look']>>>();
  for (const { name, look } of detectors) looks.set(name, await look(pushed.witnesses));
  return { pushed, looks };
}

/** The adaptive attack climbs the score of one detector; the plan gives each a measurement of its own. */
async function companionOf(
  setting: OpenWorld,
  { detectors, network }: Measurement,
): Promise<Companion | undefined> {
  if (setting.adaptTo === 'none' || setting.epsilon === 0) return undefined;
  const [detector, ...others] = detectors;
  if (detector === undefined || others.length > 0)
    throw new BadInput(
      `An adaptive attack climbs the score of one detector, got ${detectors.length}.`,
      'Give one detector to a measurement with adaptTo: detector.',
    );
  if (detector.companion === undefined)
    throw new BadInput(
      `No gradient leads to the score of ${detector.name}, so ${openWorldName(setting)} cannot adapt to it.`,
      'Attack it without adaptTo, and say in your report that the attack did not know of this detector.',
    );
  const { lambda, acceptance } = setting;
  const { validation, companion } = detector;
  return calibrateCompanion(companion, { network, validation, lambda, acceptance });
}

/** A checkpoint lies between batches, so those of long attacks are smaller. */
const batchSize = ({ steps, restarts }: OpenWorld): number => (steps * restarts > 100 ? 64 : 128);

async function* finish(
  context: OpenContext,
  { set, exampleIds }: SourceInputs,
  { base, openWorld, ...state }: OpenWorldState,
): AsyncGenerator<WorkerEvent, void, void> {
  yield metricEvent(0, measureOpenState({ base, openWorld, ...state }));
  yield { kind: 'example-outcomes', outcomes: { ...base.outcomes, openWorld } };
  const metadata = { openWorld: openWorldName(context.setting) };
  const bytes =
    context.setting.epsilon === 0
      ? 0
      : await saveGallery(context, { set, exampleIds, candidates: base.candidates, metadata });
  yield { kind: 'finished', artifact: { folder: workspacePath(context, context.folder), bytes } };
}

function progressEvent(state: OpenWorldState, total: number, underway = 0): WorkerEvent {
  const { done } = state.base;
  const note =
    done === 0 ? '' : `${(100 * measureOpenState(state)['open.target']!).toFixed(1)} % on target so far`;
  return { kind: 'progress', done: done + underway, total, unit: 'examples', note };
}

/** Of the batch under way as many inputs count as done as its share of the work says. */
const examplesWorth = ({ labels }: ExampleBatch, { spent, left }: Effort): number =>
  Math.floor((labels.length * spent) / Math.max(1, spent + left));
