import { detectorName, isFitted, type FittedDetector } from '#contract/detector.ts';
import { evaluationName } from '#contract/evaluation-name.ts';
import { inDistributionTwin, splitByDetector, withoutAttack, type OpenWorld } from '#contract/open-world.ts';
import type { PlannedStage } from '#contract/plan.ts';
import { algorithmVersions, type RecipeOf } from '#contract/stage.ts';
import { costOfFit } from './estimate-fit.ts';
import { costOfEvaluation } from './estimate-work.ts';
import type { NetworkSize } from './network-size.ts';
import { planned } from './planned.ts';
import type { ResolvedCell } from './run-settings.ts';
import { withoutOverlaps, type Overlaps } from './settle-outliers.ts';

/** A trained network of the plan, and in words how it came about: `adversarial, magnitude 0.1 network`. */
export type Model = { readonly stage: PlannedStage; readonly path: string };

type Evaluated = {
  readonly model: Model;
  readonly data: PlannedStage;
  readonly images: number;
  readonly testCount: number;
  readonly size: NetworkSize;
  readonly overlaps: Overlaps;
  readonly sourceData: (source: OpenWorld['source']) => PlannedStage | undefined;
  readonly seed: number;
};

/** The fits of a network's detectors, and then its evaluations, each after the import that it takes. What is shared comes again. */
export function planEvaluations(evaluate: ResolvedCell['evaluate'], evaluated: Evaluated): PlannedStage[] {
  const examples = Math.min(evaluate.examples ?? evaluated.testCount, evaluated.testCount);
  const stages = evaluationsOf(evaluate, evaluated.overlaps).flatMap((evaluation) =>
    evaluation.kind === 'open-world'
      ? openWorldStages(evaluation.openWorld, evaluated)
      : [evaluateStage(evaluation, evaluated, { examples })],
  );
  const isFit = ({ kind }: PlannedStage): boolean => kind === 'fit';
  return [...stages.filter(isFit), ...stages.filter((stage) => !isFit(stage))];
}

type EvaluationRecipe = RecipeOf<'evaluate'>['evaluation'];

/** Attacks and certificates measure the clean accuracy as well: it needs a stage of its own only where there are none. */
function evaluationsOf(
  { attacks, certificates, openWorld }: ResolvedCell['evaluate'],
  overlaps: Overlaps,
): readonly EvaluationRecipe[] {
  const evaluations: readonly EvaluationRecipe[] = [
    ...attacks.map((attack) => ({ kind: 'attack', attack }) as const),
    ...certificates.map((certificate) => ({ kind: 'certificate', certificate }) as const),
    ...openWorld
      .flatMap((setting) => withTwins(settled(setting, overlaps)))
      .map((measured) => ({ kind: 'open-world', openWorld: measured }) as const),
  ];
  return evaluations.length === 0 ? [{ kind: 'clean' }] : evaluations;
}

/** The measurement, the same of in-distribution inputs, and both unperturbed: rates are compared with all three. */
const withTwins = (setting: OpenWorld): readonly OpenWorld[] => {
  const twin = inDistributionTwin(setting);
  return [setting, twin].flatMap((each) => [withoutAttack(each), ...splitByDetector(each)]);
};

const settled = (setting: OpenWorld, overlaps: Overlaps): OpenWorld => {
  const { source } = setting;
  return source === 'in-distribution' ? setting : { ...setting, source: withoutOverlaps(source, overlaps) };
};

function openWorldStages(openWorld: OpenWorld, evaluated: Evaluated): PlannedStage[] {
  const source = evaluated.sourceData(openWorld.source);
  const fits = openWorld.detectors
    .filter(isFitted)
    .map((detector) => ({ name: detectorName(detector), stage: fitStage(detector, evaluated) }));
  const inputs = {
    ...(source && { source: source.key }),
    ...(fits.length > 0 && { fits: Object.fromEntries(fits.map(({ name, stage }) => [name, stage.key])) }),
  };
  const { examples } = openWorld;
  const stage = evaluateStage({ kind: 'open-world', openWorld }, evaluated, { examples, inputs });
  return [...(source === undefined ? [] : [source]), ...fits.map((fit) => fit.stage), stage];
}

/** One for all measurements of a network that ask the detector. */
function fitStage(detector: FittedDetector, { data, model, seed, images, size }: Evaluated): PlannedStage {
  const inputs = { data: data.key, model: model.stage.key };
  return planned(
    { kind: 'fit', version: algorithmVersions.fit, detector, inputs, seed },
    `fit ${detectorName(detector)} (${model.path}) seed ${seed}`,
    costOfFit(detector, images, size),
  );
}

function evaluateStage(
  evaluation: EvaluationRecipe,
  { data, model, seed, size }: Evaluated,
  of: { readonly examples: number; readonly inputs?: Partial<RecipeOf<'evaluate'>['inputs']> },
): PlannedStage {
  const { examples } = of;
  const inputs = { data: data.key, model: model.stage.key, ...of.inputs };
  return planned(
    { kind: 'evaluate', version: algorithmVersions.evaluate, examples, evaluation, inputs, seed },
    `evaluate ${evaluationName(evaluation)} (${model.path}) seed ${seed}`,
    costOfEvaluation(evaluation, examples, size),
  );
}
