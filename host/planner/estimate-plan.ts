import type { Factor } from '#contract/factors.ts';
import { flattenSettings } from '#contract/factors.ts';
import type { Scalar } from '#contract/run.ts';
import { stageKinds, type StageKey, type StageKind } from '#contract/stage.ts';
import type { FactorView, PlanPreview } from '#contract/views.ts';
import type { Plan, Speeds } from '#contract/plan.ts';

type ValidPreview = Extract<PlanPreview, { kind: 'valid' }>;

/** What a plan would cost from here: `done` are the stages whose results are there already. */
export function estimatePlan(plan: Plan, speeds: Speeds, done: ReadonlySet<StageKey>): ValidPreview {
  const left = plan.stages.filter((stage) => !done.has(stage.key));
  return {
    kind: 'valid',
    name: plan.header.name,
    runCount: plan.runs.length,
    stageCount: plan.stages.length,
    unsharedStageCount: plan.unsharedStageCount,
    doneStageCount: plan.stages.length - left.length,
    byKind: countByKind(plan),
    factors: plan.factors.map(viewFactor),
    excludedCellCount: plan.excludedCellCount,
    estimatedSeconds: estimateSeconds(sumWork(left), speeds),
    estimatedBytes: left.reduce((bytes, stage) => bytes + stage.bytes, 0),
  };
}

/**
 * Seconds of one slot for what is left of each kind; undefined where nothing comparable was measured.
 * Training, fitting and evaluating count the same multiply-accumulates, so one may stand in for the other.
 */
export function estimateSeconds(
  work: Readonly<Partial<Record<StageKind, number>>>,
  speeds: Speeds,
): number | undefined {
  let seconds = 0;
  for (const kind of stageKinds) {
    const amount = work[kind] ?? 0;
    if (amount === 0) continue;
    const speed = kind === 'prune' ? pruningSpeed(speeds) : (speeds[kind] ?? standIn(kind, speeds));
    if (speed === undefined) return undefined;
    seconds += amount / speed;
  }
  return seconds;
}

/** What pruning counts is training inside it; choosing a mask takes seconds at most, and its own pace says nothing. */
const pruningSpeed = ({ finetune, pretrain }: Speeds): number => finetune ?? pretrain ?? Infinity;

function standIn(kind: Exclude<StageKind, 'prune'>, speeds: Speeds): number | undefined {
  switch (kind) {
    case 'import':
      // Seconds at most: too little to withhold an estimate for.
      return Infinity;
    case 'pretrain':
    case 'finetune':
    case 'fit':
    case 'evaluate':
      return speeds.pretrain ?? speeds.finetune ?? speeds.evaluate;
  }
}

const sumWork = (stages: Plan['stages']): Record<StageKind, number> =>
  sumByKind(stages, (stage) => stage.work);
const countByKind = (plan: Plan): Record<StageKind, number> => sumByKind(plan.stages, () => 1);

function sumByKind(
  stages: Plan['stages'],
  amount: (stage: Plan['stages'][number]) => number,
): Record<StageKind, number> {
  const sums = Object.fromEntries(stageKinds.map((kind) => [kind, 0])) as Record<StageKind, number>;
  for (const stage of stages) sums[stage.kind] += amount(stage);
  return sums;
}

/** A value that is a group of fields is shown by its kind and what it sets: `adversarial, epsilon 8/255`. */
const viewFactor = ({ path, values }: Factor): FactorView => ({
  path: path.join('.'),
  values: values.map(viewValue),
});

function viewValue(value: unknown): Scalar {
  if (typeof value !== 'object' || value === null) return value as Scalar;
  const parts = Object.entries(flattenSettings({ value })).map(([path, setting]) =>
    path === 'value' ? String(setting) : `${path.slice('value.'.length)} ${String(setting)}`,
  );
  return parts.join(', ');
}
