import { z } from 'zod';
import { densitySchema } from './quantities.ts';

const scope = z.enum(['layer', 'network']).default('network');

/** Which weights a pruning stage keeps (science.md, section 2). */
const pruningUnion = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('random'), density: densitySchema, scope }),
  z.strictObject({ kind: z.literal('magnitude'), density: densitySchema, scope }),
]);
export const pruningSchema = z.preprocess(
  (value) => (typeof value === 'string' ? { kind: value } : value),
  pruningUnion,
);
export type Pruning = z.output<typeof pruningSchema>;
export type PruningKind = Pruning['kind'];

/** The kept fraction that a pruning asks for. */
export const densityOf = (pruning: Pruning): number => (pruning.kind === 'none' ? 1 : pruning.density);
