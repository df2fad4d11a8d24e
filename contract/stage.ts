import { z } from 'zod';
import { attackSchema } from './attack.ts';
import { canonicalJson } from './canonical-json.ts';
import { certificateSchema } from './certificate.ts';
import { resolvedDatasetSchema } from './dataset.ts';
import { fittedDetectorSchema } from './detector.ts';
import { networkGraphSchema } from './network.ts';
import { trainingSchema } from './objective.ts';
import { openWorldSchema } from './open-world.ts';
import { pruningSchema } from './pruning.ts';

export const stageKinds = ['import', 'pretrain', 'prune', 'finetune', 'fit', 'evaluate'] as const;
export type StageKind = (typeof stageKinds)[number];

export const stageKeySchema = z.string().regex(/^[0-9a-f]{64}$/);
export type StageKey = string;

/** Raised when an algorithm's results change: old results then keep their own key. */
export const algorithmVersions: Record<StageKind, number> = {
  import: 1,
  pretrain: 1,
  prune: 1,
  finetune: 1,
  fit: 2,
  evaluate: 2,
};

const seed = z.int().min(0).max(0xffff_ffff);
const version = z.int().positive();
const dataInput = z.strictObject({ data: stageKeySchema });
const modelInputs = z.strictObject({ data: stageKeySchema, model: stageKeySchema });
/** `outliers` is the import of the dataset that inputs of no class come from in training. */
const outliers = { outliers: stageKeySchema.optional() };
const tunedInputs = modelInputs.extend(outliers);
/**
 * `source` is the import of the dataset that inputs of no class come from; `fits` are those of the detectors that are
 * fitted, by detector name.
 */
const evaluationInputs = modelInputs.extend({
  source: stageKeySchema.optional(),
  fits: z.record(z.string(), stageKeySchema).optional(),
});

/**
 * Everything a stage's result depends on, with every default filled in. `inputs` are keys of other stages:
 * `data` an import, `model` the pretrain, prune or finetune whose network is taken.
 */
export const recipeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('import'), version, dataset: resolvedDatasetSchema }),
  z.strictObject({
    kind: z.literal('pretrain'),
    version,
    network: networkGraphSchema,
    training: trainingSchema,
    inputs: dataInput.extend(outliers),
    seed,
  }),
  z.strictObject({ kind: z.literal('prune'), version, pruning: pruningSchema, inputs: tunedInputs, seed }),
  z.strictObject({
    kind: z.literal('finetune'),
    version,
    training: trainingSchema,
    inputs: tunedInputs,
    seed,
  }),
  z.strictObject({
    kind: z.literal('fit'),
    version,
    detector: fittedDetectorSchema,
    inputs: modelInputs,
    seed,
  }),
  z.strictObject({
    kind: z.literal('evaluate'),
    version,
    /** How many test images, the first of the test split. */
    examples: z.int().positive(),
    /** `clean` runs no attack and proves nothing. */
    evaluation: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('clean') }),
      z.strictObject({ kind: z.literal('attack'), attack: attackSchema }),
      z.strictObject({ kind: z.literal('certificate'), certificate: certificateSchema }),
      z.strictObject({ kind: z.literal('open-world'), openWorld: openWorldSchema }),
    ]),
    inputs: evaluationInputs,
    seed,
  }),
]);
export type Recipe = z.output<typeof recipeSchema>;
export type RecipeOf<Kind extends StageKind> = Extract<Recipe, { kind: Kind }>;

/** The text that is hashed into the content key: `key = sha256(recipeText(recipe))`, 64 hex digits. */
export const recipeText = (recipe: Recipe): string => canonicalJson(recipe);

/** Keys of the stages whose results a recipe takes, by role. */
export function inputsOf(recipe: Recipe): Readonly<Record<string, StageKey>> {
  switch (recipe.kind) {
    case 'import':
      return {};
    case 'evaluate': {
      const { fits = {}, ...inputs } = recipe.inputs;
      const ofFits = Object.entries(fits).map(([detector, key]) => [fitRole(detector), key] as const);
      return { ...given(inputs), ...Object.fromEntries(ofFits) };
    }
    case 'pretrain':
    case 'prune':
    case 'finetune':
    case 'fit':
      return given(recipe.inputs);
  }
}

/** The role in which an evaluation takes the fit of a detector of that name. */
export const fitRole = (detector: string): `fit ${string}` => `fit ${detector}`;

const given = (inputs: Readonly<Record<string, StageKey | undefined>>): Readonly<Record<string, StageKey>> =>
  Object.fromEntries(
    Object.entries(inputs).filter((input): input is [string, StageKey] => input[1] !== undefined),
  );
