import { z } from 'zod';
import { detectorName, detectorSchema, type Detector } from './detector.ts';
import { epsilonSchema, formatFraction, norms, positiveFractionSchema, type Epsilon } from './quantities.ts';
import { sourceName, sourceSchema } from './source.ts';

/**
 * One open-world measurement: inputs of a source are pushed to a random target inside a ball, and detectors with a
 * frozen threshold accept them or not. `in-distribution` inputs are pushed by the same rule; every measurement is
 * planned with its in-distribution twin and with epsilon 0, the base rate.
 */
const openWorldObject = z.strictObject({
  source: z.union([z.literal('in-distribution'), sourceSchema]),
  norm: z.enum(norms).default('linf'),
  epsilon: epsilonSchema,
  steps: z.int().positive().max(10_000).default(10),
  /** Left out: epsilon / 4 up to 10 steps, epsilon / 10 beyond. */
  stepSize: positiveFractionSchema.optional(),
  restarts: z.int().positive().max(1000).default(1),
  randomStart: z.boolean().default(true),
  loss: z.enum(['cross-entropy', 'margin']).default('cross-entropy'),
  detectors: z.array(detectorSchema).min(1).max(20).prefault(['msp']),
  /** `detector`: the attack also climbs the score of the detector, with weight `lambda` (the adaptive attack). */
  adaptTo: z.enum(['none', 'detector']).default('none'),
  lambda: positiveFractionSchema.prefault(1),
  /** Share of clean in-distribution validation images that a frozen threshold accepts. */
  acceptance: z.number().gt(0).lt(1).default(0.95),
  examples: z.int().positive().max(1_000_000).default(1000),
});
export const openWorldSchema = openWorldObject.transform((setting) => ({
  ...setting,
  stepSize: setting.stepSize ?? defaultStepSize(setting),
}));
export type OpenWorld = z.output<typeof openWorldSchema>;

/** Without a ball there is no attack: its settings then say nothing, and all measurements share one. */
export const withoutAttack = (setting: OpenWorld): OpenWorld => ({
  ...openWorldSchema.parse({ source: 'in-distribution', epsilon: 0 }),
  source: setting.source,
  detectors: setting.detectors,
  acceptance: setting.acceptance,
  examples: setting.examples,
});

export const inDistributionTwin = (setting: OpenWorld): OpenWorld => ({
  ...setting,
  source: 'in-distribution',
});

/** Short name within a run: `gtsrb pgd-10 linf 8/255`, with what departs from the defaults spelled out. */
export function openWorldName(setting: OpenWorld): string {
  const source = originName(setting);
  if (setting.epsilon === 0) return `${source} unperturbed`;
  return `${source} ${openWorldAttackName(setting)} ${formatFraction(setting.epsilon)}`;
}

/** `in-distribution`, or the name of the source. */
export const originName = ({ source }: Pick<OpenWorld, 'source'>): string =>
  source === 'in-distribution' ? source : sourceName(source);

/** The attack without source and radius, by which points of one curve are told from those of another: `pgd-10 linf`. */
export const openWorldAttackName = (setting: OpenWorld): string =>
  [
    `pgd-${setting.steps}`,
    setting.restarts > 1 ? `x${setting.restarts}` : '',
    setting.loss === 'margin' ? 'margin' : '',
    setting.randomStart ? '' : 'from-center',
    setting.adaptTo === 'detector' ? adaptationName(setting) : '',
    setting.stepSize === defaultStepSize(setting) ? '' : `step ${formatFraction(setting.stepSize)}`,
    setting.norm,
  ]
    .filter((part) => part !== '')
    .join(' ');

const adaptationName = ({ detectors, lambda }: OpenWorld): string =>
  `adapted to ${detectors.map(detectorName).join(', ')}${lambda === 1 ? '' : ` by ${lambda}`}`;

/** The threat model in words, for reports and evaluation cards. */
export function describeOpenWorld(setting: OpenWorld): string {
  const inputs =
    setting.source === 'in-distribution'
      ? 'Test images of the task'
      : `Inputs of no class of the task (${sourceName(setting.source)})`;
  const judged = `accepted by a detector (${setting.detectors.map(detectorName).join(', ')}) whose threshold accepts ${100 * setting.acceptance} % of clean validation images`;
  if (setting.epsilon === 0) return `${inputs}, unperturbed; ${judged}.`;
  const goal = setting.adaptTo === 'detector' ? 'the target and the score of the detector' : 'the target';
  return `${inputs}, pushed by ${setting.steps} steps of projected gradient descent inside a ${setting.norm} ball of ${formatFraction(setting.epsilon)} towards ${goal}, a class drawn blindly from all of the task; ${judged}. The attacker knows the weights.`;
}

/** An adaptive attack climbs one score: lists of detectors become one measurement each. */
export const splitByDetector = (setting: OpenWorld): readonly OpenWorld[] =>
  setting.adaptTo === 'none'
    ? [setting]
    : setting.detectors.map((detector: Detector) => ({ ...setting, detectors: [detector] }));

function defaultStepSize({ epsilon, steps }: { readonly epsilon: Epsilon; readonly steps: number }): number {
  const step = epsilon / (steps <= 10 ? 4 : 10);
  return step > 0 ? step : 1 / 255;
}
