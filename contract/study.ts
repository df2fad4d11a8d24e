import { z } from 'zod';
import { attackSchema } from './attack.ts';
import { certificateSchema } from './certificate.ts';
import { datasetChoiceSchema } from './dataset.ts';
import { networkSchema } from './network.ts';
import { matchedTrainingSchema, trainingSchema } from './objective.ts';
import { openWorldSchema } from './open-world.ts';
import { matchedPruningSchema } from './pruning.ts';
import { parseFraction, seedSchema } from './quantities.ts';

/** Attacks that one study may evaluate each of its networks with. */
export const mostAttacks = 100;
export const mostCertificates = 100;
export const mostOpenWorld = 400;

const areEqual = (values: readonly number[]): boolean => new Set(values).size <= 1;

const evaluateSchema = z.strictObject({
  /** Test images, the first of the test split; left out: all. */
  examples: z.int().positive().optional(),
  /** Clean accuracy is always measured. A list inside an attack gives more attacks, not more runs. */
  attacks: z.array(attackSchema).max(mostAttacks).default([]),
  /** Proofs, likewise: a list inside a certificate gives more certificates. */
  certificates: z.array(certificateSchema).max(mostCertificates).default([]),
  /** Open-world measurements, likewise; twins in distribution and at epsilon 0 are added. */
  openWorld: z
    .array(openWorldSchema)
    .max(mostOpenWorld)
    .refine((all) => areEqual(all.map(({ acceptance }) => acceptance)), {
      error:
        'Expected one acceptance for all open-world measurements of a study, because its tables compare at one threshold. Make another study for another acceptance.',
    })
    .refine((all) => areEqual(all.map(({ examples }) => examples)), {
      error:
        'Expected one number of examples for all open-world measurements of a study, because their rates are compared over the same inputs. Make another study for another number.',
    })
    .default([]),
});

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** What a study says once, for all its runs. */
export const studyHeaderSchema = z.strictObject({
  name: z.string().trim().min(1).max(120),
  description: z.string().max(4000).default(''),
  seeds: z
    .array(seedSchema)
    .min(1)
    .max(100)
    .default([0 as z.output<typeof seedSchema>]),
  /** Cells left out of the product: those that agree with every setting of one entry. */
  exclude: z.array(z.record(z.string(), scalar)).max(100).default([]),
});
export type StudyHeader = z.output<typeof studyHeaderSchema>;

/** One cell of the factor grid: every setting of a run but its seed. */
export const cellSchema = z.strictObject({
  dataset: datasetChoiceSchema,
  network: networkSchema,
  pretrain: trainingSchema,
  prune: z.preprocess(controlWithoutDensity, matchedPruningSchema).default({ kind: 'none' }),
  finetune: matchedTrainingSchema.optional(),
  evaluate: evaluateSchema.prefault({}),
});
export type Cell = z.output<typeof cellSchema>;

export const headerFields = ['name', 'description', 'seeds', 'exclude'] as const;
/** Fields whose value is itself a list; any other list in a study is a factor. */
export const listFields: ReadonlySet<string> = new Set([
  'widths',
  'attacks',
  'certificates',
  'openWorld',
  'detectors',
  'heldOut',
  /** Of a source. */
  'exclude',
]);

/** A study: header fields and cell fields side by side, any cell setting given as a list being a factor. */
export type StudyDraft = Readonly<Record<string, unknown>>;

/** What is wrong with a study, at the field where it is wrong. */
export type StudyIssue = { readonly path: readonly (string | number)[]; readonly message: string };

/** At density 1 nothing is pruned whatever the strategy: such cells are the dense control, and share its stages. */
function controlWithoutDensity(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return value;
  const dense = value.kind === 'none' || ('density' in value && isOne(value.density));
  return dense ? { kind: 'none' } : value;
}

const isOne = (density: unknown): boolean =>
  (typeof density === 'number' || typeof density === 'string') && parseFraction(density) === 1;
