import { initTRPC, TRPCError } from '@trpc/server';
import { z } from 'zod';
import {
  differenceQuerySchema,
  epsilonQuerySchema,
  matrixQuerySchema,
  overviewQuerySchema,
  pairQuerySchema,
  tradeOffQuerySchema,
} from '#contract/compare.ts';
import {
  openWorldDensityQuerySchema,
  openWorldDistributionsQuerySchema,
  openWorldExamplesQuerySchema,
  openWorldMitigationQuerySchema,
  openWorldPanelsQuerySchema,
  openWorldScopeSchema,
} from '#contract/open-world-views.ts';
import { stageKeySchema } from '#contract/stage.ts';
import { noticesOf } from './notices.ts';
import { RequestError } from './request-error.ts';
import type { Workbench } from './workbench.ts';

const trpc = initTRPC.context<Workbench>().create({
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    message: error.code === 'INTERNAL_SERVER_ERROR' ? internalMessage : wordsOf(error, shape.message),
    data: { code: shape.data.code, httpStatus: shape.data.httpStatus, path: shape.data.path },
  }),
});

/** What a schema refuses is told in its own sentences, not as JSON. */
const wordsOf = ({ cause }: TRPCError, message: string): string =>
  cause instanceof z.ZodError ? cause.issues.map((issue) => issue.message).join(' ') : message;

const internalMessage =
  'The host met an error of its own. The line in its log says more; the same request may work again.';

/** A `RequestError` is told to the window as it stands. */
const procedure = trpc.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok && result.error.cause instanceof RequestError) throw toTrpcError(result.error.cause);
  return result;
});

const id = z.int().positive();
const yaml = z.string().max(200_000);
const page = {
  offset: z.int().min(0).default(0),
  limit: z.int().positive().max(200).default(24),
};
const datasetName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, {
  error: 'A dataset name has lower-case letters, digits, dots, dashes and underscores, 64 at most.',
});

export const router = trpc.router({
  studies: trpc.router({
    list: procedure.query(({ ctx }) => ctx.studies.list()),
    get: procedure.input(z.strictObject({ id })).query(({ ctx, input }) => ctx.studies.get(input.id)),
    presets: procedure.query(({ ctx }) => ctx.studies.presets()),
    preview: procedure
      .input(z.strictObject({ yaml }))
      .query(({ ctx, input }) => ctx.studies.preview(input.yaml)),
    submit: procedure
      .input(z.strictObject({ yaml }))
      .mutation(({ ctx, input }) => ctx.studies.submit(input.yaml)),
    cancel: procedure.input(z.strictObject({ id })).mutation(({ ctx, input }) => {
      ctx.studies.cancel(input.id);
    }),
    retry: procedure.input(z.strictObject({ id })).mutation(({ ctx, input }) => {
      ctx.studies.retry(input.id);
    }),
    remove: procedure.input(z.strictObject({ id })).mutation(({ ctx, input }) => {
      ctx.studies.remove(input.id);
    }),
  }),
  farm: trpc.router({
    state: procedure.query(({ ctx }) => ctx.farm.state()),
    pause: procedure.mutation(({ ctx }) => {
      ctx.farm.pause();
    }),
    resume: procedure.mutation(({ ctx }) => {
      ctx.farm.resume();
    }),
    cancel: procedure.input(z.strictObject({ stage: stageKeySchema })).mutation(({ ctx, input }) => {
      ctx.farm.cancel(input.stage);
    }),
    retry: procedure.input(z.strictObject({ stage: stageKeySchema })).mutation(({ ctx, input }) => {
      ctx.farm.retry(input.stage);
    }),
    log: procedure
      .input(z.strictObject({ attempt: id }))
      .query(({ ctx, input }) => ctx.farm.log(input.attempt)),
  }),
  runs: trpc.router({
    list: procedure.query(({ ctx }) => ctx.runs.list()),
    get: procedure
      .input(z.strictObject({ key: stageKeySchema }))
      .query(({ ctx, input }) => ctx.runs.get(input.key)),
    series: procedure
      .input(
        z.strictObject({
          keys: z.array(z.strictObject({ stage: stageKeySchema, metric: z.string().max(200) })).max(500),
        }),
      )
      .query(({ ctx, input }) => ctx.runs.series(input.keys)),
    examples: procedure
      .input(
        z.strictObject({
          stage: stageKeySchema,
          filter: z.enum(['all', 'broken', 'survived', 'misclassified']).default('all'),
          ...page,
        }),
      )
      .query(({ ctx, input }) => ctx.runs.examples(input)),
    layers: procedure
      .input(z.strictObject({ key: stageKeySchema }))
      .query(({ ctx, input }) => ctx.runs.layers(input.key)),
  }),
  compare: trpc.router({
    overview: procedure
      .input(overviewQuerySchema)
      .query(({ ctx, input }) => ctx.compare.overview(input.scope)),
    tradeOff: procedure.input(tradeOffQuerySchema).query(({ ctx, input }) => ctx.compare.tradeOff(input)),
    epsilon: procedure.input(epsilonQuerySchema).query(({ ctx, input }) => ctx.compare.epsilon(input.scope)),
    matrix: procedure.input(matrixQuerySchema).query(({ ctx, input }) => ctx.compare.matrix(input)),
    difference: procedure
      .input(differenceQuerySchema)
      .query(({ ctx, input }) => ctx.compare.difference(input)),
    pair: procedure.input(pairQuerySchema).query(({ ctx, input }) => ctx.compare.pair(input)),
  }),
  openWorld: trpc.router({
    overview: procedure
      .input(openWorldScopeSchema)
      .query(({ ctx, input }) => ctx.openWorld.overview(input.scope)),
    panels: procedure
      .input(openWorldPanelsQuerySchema)
      .query(({ ctx, input }) => ctx.openWorld.panels(input)),
    distributions: procedure
      .input(openWorldDistributionsQuerySchema)
      .query(({ ctx, input }) => ctx.openWorld.distributions(input)),
    density: procedure
      .input(openWorldDensityQuerySchema)
      .query(({ ctx, input }) => ctx.openWorld.density(input)),
    mitigation: procedure
      .input(openWorldMitigationQuerySchema)
      .query(({ ctx, input }) => ctx.openWorld.mitigation(input)),
    examples: procedure
      .input(openWorldExamplesQuerySchema)
      .query(({ ctx, input }) => ctx.openWorld.examples(input)),
  }),
  library: trpc.router({
    list: procedure.query(({ ctx }) => ctx.library.list()),
    import: procedure
      .input(
        z.strictObject({
          source: z.enum(['cifar10', 'mnist', 'images']),
          path: z.string().min(1).max(4096),
          name: datasetName.optional(),
        }),
      )
      .mutation(({ ctx, input }) => ctx.library.import(input)),
    remove: procedure
      .input(z.strictObject({ name: datasetName }))
      .mutation(({ ctx, input }) => ctx.library.remove(input.name)),
  }),
  reports: trpc.router({
    html: procedure
      .input(z.strictObject({ study: id }))
      .query(({ ctx, input }) => ctx.reports.html(input.study)),
    csv: procedure
      .input(z.strictObject({ study: id }))
      .query(({ ctx, input }) => ctx.reports.csv(input.study)),
    latex: procedure
      .input(z.strictObject({ study: id }))
      .query(({ ctx, input }) => ctx.reports.latex(input.study)),
  }),
  system: trpc.router({
    info: procedure.query(({ ctx }) => ctx.system.info()),
  }),
  live: trpc.router({
    notices: procedure.subscription(({ ctx, signal }) => noticesOf(ctx.watch, signal)),
  }),
});

export type AppRouter = typeof router;

function toTrpcError(error: RequestError): TRPCError {
  const codes = { 'not-found': 'NOT_FOUND', 'bad-request': 'BAD_REQUEST', conflict: 'CONFLICT' } as const;
  return new TRPCError({ code: codes[error.kind], message: error.message, cause: error });
}
