import { detectorName } from '#contract/detector.ts';
import { openWorldAttackName, originName, type OpenWorld } from '#contract/open-world.ts';
import type { ExampleOutcomes, OpenWorldOutcomes } from '#contract/outcomes.ts';
import type { StageKey } from '#contract/stage.ts';
import type { ReadableStore, StoredStage } from '#host/store/store.ts';
import type { Group, ReportRun } from '../study/compared-runs.ts';
import { readOpenWorld } from '../views/evaluation.ts';

/** One finished open-world evaluation of one run. */
export type Measurement = {
  readonly run: ReportRun;
  readonly stage: StageKey;
  readonly setting: OpenWorld;
  readonly outcomes: ExampleOutcomes;
  readonly shown: OpenWorldOutcomes;
  /** Joint success by detector, as measured; a detector that reforms what it sees has a classifier of its own. */
  readonly joint: Readonly<Record<string, number>>;
};
/** Runs that differ by nothing but their seed, and what the open world made of them. */
export type OpenWorldGroup = {
  readonly group: Group;
  readonly measurements: readonly Measurement[];
  /** All that was asked of it, finished or not. */
  readonly asked: readonly OpenWorld[];
};

/** In the order in which they were asked for; what is stored has the order of the alphabet. */
export const judgesOf = ({ setting, shown }: Pick<Measurement, 'setting' | 'shown'>): string[] =>
  setting.detectors.map(detectorName).filter((detector) => detector in shown.thresholds);

/** Where one number is looked for; the attack says nothing at epsilon 0. */
export type Place = {
  readonly origin: string;
  readonly attack: string;
  readonly epsilon: number;
  /** Only evaluations that this detector judged. */
  readonly detector?: string;
};
export const inDistribution = 'in-distribution';
/** Stands for the attack where a study perturbs nothing. */
export const unperturbed = 'unperturbed';

/** Groups that were asked about the open world; `stages` holds at least all of their evaluations. */
export function readOpenWorldGroups(
  store: ReadableStore,
  groups: readonly Group[],
  stages: readonly StoredStage[],
): OpenWorldGroup[] {
  const byKey = new Map(stages.map((stage) => [stage.key, stage]));
  return groups.flatMap((group) => {
    const read = group.runs.flatMap((run) =>
      readOpenWorld(
        store,
        run.stages.flatMap((key) => byKey.get(key) ?? []),
      ).map(({ stage, recipe: { evaluation }, outcomes }) => ({ run, stage, evaluation, outcomes })),
    );
    const asked = read.flatMap(({ evaluation }) =>
      evaluation.kind === 'open-world' ? [evaluation.openWorld] : [],
    );
    const measurements = read.flatMap(({ run, stage, evaluation, outcomes }): Measurement[] =>
      evaluation.kind === 'open-world' && outcomes?.openWorld !== undefined
        ? [
            {
              run,
              stage: stage.key,
              setting: evaluation.openWorld,
              outcomes,
              shown: outcomes.openWorld,
              joint: jointOf(store, stage.key),
            },
          ]
        : [],
    );
    return asked.length === 0 ? [] : [{ group, measurements, asked }];
  });
}

const jointPrefix = 'open.joint.';
const jointOf = (store: ReadableStore, stage: StageKey): Measurement['joint'] =>
  Object.fromEntries(
    store
      .summaries(stage)
      .filter(({ name }) => name.startsWith(jointPrefix))
      .map(({ name, last }) => [name.slice(jointPrefix.length), last]),
  );

/** The evaluations of one place, one for each seed. */
export function measurementsAt(
  { measurements }: Pick<OpenWorldGroup, 'measurements'>,
  { origin, attack, epsilon, detector }: Place,
): Measurement[] {
  const found = measurements.filter(
    ({ setting, shown }) =>
      setting.epsilon === epsilon &&
      originName(setting) === origin &&
      (epsilon === 0 || openWorldAttackName(setting) === attack) &&
      (detector === undefined || detector in shown.scores),
  );
  return [...new Map(found.toReversed().map((each) => [each.run.seed, each])).values()].sort(
    (left, right) => left.run.seed - right.run.seed,
  );
}

export const sourcesOf = (groups: readonly Pick<OpenWorldGroup, 'asked'>[]): string[] =>
  distinct(groups.flatMap(({ asked }) => asked.map(originName))).filter((name) => name !== inDistribution);

/** Attacks by name, those that adapt to no detector first. */
export function attacksOf(groups: readonly Pick<OpenWorldGroup, 'asked'>[]): string[] {
  const attacked = groups.flatMap(({ asked }) => asked).filter(({ epsilon }) => epsilon > 0);
  const plain = attacked.filter(({ adaptTo }) => adaptTo === 'none');
  const names = distinct([...plain, ...attacked].map(openWorldAttackName));
  return names.length === 0 && groups.length > 0 ? [unperturbed] : names;
}

/** Of one attack, whatever it was asked about. */
export const settingsOfAttack = (
  groups: readonly Pick<OpenWorldGroup, 'asked'>[],
  attack: string,
): OpenWorld[] =>
  groups
    .flatMap(({ asked }) => asked)
    .filter((setting) =>
      attack === unperturbed
        ? setting.epsilon === 0
        : setting.epsilon > 0 && openWorldAttackName(setting) === attack,
    );

/** Rising radii, 0 first. */
export const epsilonsOf = (groups: readonly Pick<OpenWorldGroup, 'asked'>[], attack: string): number[] =>
  distinct([0, ...settingsOfAttack(groups, attack).map(({ epsilon }) => Number(epsilon))]).sort(
    (left, right) => left - right,
  );

export const detectorsOf = (groups: readonly Pick<OpenWorldGroup, 'asked'>[], attack: string): string[] =>
  distinct(settingsOfAttack(groups, attack).flatMap(({ detectors }) => detectors.map(detectorName)));

const distinct = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];
