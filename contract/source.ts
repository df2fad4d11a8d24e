import { z } from 'zod';
import { kindWithDepartures } from './kind-with-departures.ts';
import { formatFraction, positiveFractionSchema, shareSchema } from './quantities.ts';

/** Where inputs of no class come from (science.md, section 5). A bare name is a kind without settings, or a dataset. */
const sourceUnion = z.discriminatedUnion('kind', [
  /** Test images of another dataset of the library, brought to the task's shape. */
  z.strictObject({
    kind: z.literal('dataset'),
    name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
    /** Its classes that show what a class of the task shows; left out: what the manifests' overlap lists name. */
    exclude: z.array(z.string()).optional(),
  }),
  /** Per pixel and channel, clipped to [0, 1], never wrapped. */
  z.strictObject({
    kind: z.literal('gaussian-noise'),
    mean: shareSchema.prefault('127/255'),
    sigma: positiveFractionSchema.prefault('50/255'),
  }),
  z.strictObject({ kind: z.literal('uniform-noise') }),
  /** One colour a picture. */
  z.strictObject({ kind: z.literal('constant') }),
  /** Test images of the task that keep their amplitude spectrum and lose their phases. */
  z.strictObject({ kind: z.literal('phase-scrambled') }),
  /** Test images of the classes that the task's `heldOut` names. */
  z.strictObject({ kind: z.literal('held-out-classes') }),
]);

const kindsByName: ReadonlySet<string> = new Set(
  sourceUnion.options.map(({ shape }) => shape.kind.value).filter((kind) => kind !== 'dataset'),
);

export const sourceSchema = z.preprocess(
  (value) =>
    typeof value !== 'string'
      ? value
      : kindsByName.has(value)
        ? { kind: value }
        : { kind: 'dataset', name: value },
  sourceUnion,
);
export type Source = z.output<typeof sourceSchema>;

/** The dataset's name, or the kind with what departs from its defaults. */
export const sourceName = (source: Source): string =>
  source.kind === 'dataset'
    ? source.name
    : kindWithDepartures(source, sourceSchema.parse(source.kind), (value) => formatFraction(Number(value)));
