import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { isTiming } from '#contract/metric.ts';
import type { ExampleOutcomes } from '#contract/outcomes.ts';
import { fitRole, recipeSchema, type Recipe } from '#contract/stage.ts';
import type { Artifact, Checkpoint, WorkerEvent } from '#contract/worker-protocol.ts';
import type { Engine } from '#workers/engine/engine.ts';
import { execute } from '#workers/procedures/procedures.ts';

/** A workspace of its own in which procedures are executed directly, without worker processes. */
export type StageLab = {
  readonly engine: Engine;
  readonly workspace: string;
  /** Executes a stage in a folder named `name`; what it needs of earlier stages is given by their names. */
  readonly run: (name: string, recipe: RecipeInput, options?: RunOptions) => Promise<StageResult>;
  readonly file: (name: string, file: string) => string;
  readonly dispose: () => void;
};
type RecipeInput = WithoutOrigin<z.input<typeof recipeSchema>> & {
  readonly from?: {
    readonly data: string;
    readonly model?: string;
    readonly outliers?: string;
    readonly source?: string;
    /** By name of the detector: the stage that fits it. */
    readonly fits?: Readonly<Record<string, string>>;
  };
};
type WithoutOrigin<Recipe> = Recipe extends unknown ? Omit<Recipe, 'version' | 'inputs'> : never;

/** What happens to an attempt before it is through. `after` counts the questions whether to stop: about one per step. */
export type Interruption = { readonly kind: 'stop' | 'crash'; readonly after: number };
type RunOptions = {
  /** One per attempt; the last attempt, after them, runs to the end. */
  readonly interruptions?: readonly Interruption[];
  readonly now?: () => number;
  readonly resume?: Checkpoint;
};

export type StageResult = {
  readonly end: Extract<WorkerEvent, { kind: 'finished' | 'failed' | 'stopped' }>;
  /** Of all attempts. */
  readonly events: readonly WorkerEvent[];
  /** As the store keeps them, but for times: what a resumed attempt does again is dropped first. */
  readonly series: ReadonlyMap<string, readonly (readonly [step: number, value: number])[]>;
  readonly attemptCount: number;
};

export const tinyNetwork = buildNetwork({ kind: 'mlp', widths: [12] }, [32, 32, 3], 10);

export function openStageLab(engine: Engine): StageLab {
  const workspace = mkdtempSync(join(tmpdir(), 'redoubt-stages-'));
  const file = (name: string, inner: string): string => join(workspace, 'stages', name, inner);
  return {
    engine,
    workspace,
    file,
    dispose: () => {
      rmSync(workspace, { recursive: true, force: true });
    },
    run: async (name, { from, ...settings }, options = {}) => {
      const folder = join(workspace, 'stages', name);
      mkdirSync(folder, { recursive: true });
      const inputs = {
        ...(from === undefined ? {} : { data: file(from.data, 'split.json') }),
        ...(from?.outliers === undefined ? {} : { outliers: file(from.outliers, 'split.json') }),
        ...(from?.source === undefined ? {} : { source: file(from.source, 'split.json') }),
        ...(from?.model === undefined ? {} : { model: file(from.model, 'model.safetensors') }),
      };
      const fits = Object.entries(from?.fits ?? {});
      const recipe = recipeSchema.parse({
        version: 1,
        ...settings,
        ...(from === undefined
          ? {}
          : {
              inputs: {
                ...keysOf(Object.keys(inputs)),
                ...(fits.length > 0 && { fits: keysOf(fits.map(([name]) => name)) }),
              },
            }),
      });
      const fitted = fits.map(
        ([name, stage]) => [fitRole(name), file(stage, 'detector.safetensors')] as const,
      );
      const files = { ...inputs, ...Object.fromEntries(fitted) };
      return runAttempts({ engine, workspace, folder, inputs: files, recipe, options });
    },
  };
}

const keysOf = (names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, '0'.repeat(64)]));

type Attempts = {
  readonly engine: Engine;
  readonly workspace: string;
  readonly folder: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly recipe: Recipe;
  readonly options: RunOptions;
};

async function runAttempts({ options, ...context }: Attempts): Promise<StageResult> {
  const { interruptions = [], now = () => 0 } = options;
  const events: WorkerEvent[] = [];
  const series = new Map<string, (readonly [number, number])[]>();
  let resume = options.resume;
  let attemptCount = 0;
  for (;;) {
    const interruption = interruptions[attemptCount];
    attemptCount += 1;
    let questions = 0;
    let hasCrashed = false;
    const stopRequested = (): Promise<boolean> => {
      questions += 1;
      return Promise.resolve(interruption?.kind === 'stop' && questions > interruption.after);
    };
    const attempt = execute(context.recipe, {
      ...context,
      now,
      stopRequested,
      ...(resume === undefined ? {} : { resume }),
    });
    for await (const event of attempt) {
      events.push(event);
      if (event.kind === 'started') dropAfter(series, event.resumedFromStep);
      if (event.kind === 'metric') addPoints(series, event.points);
      if (event.kind === 'checkpoint') resume = event.checkpoint;
      hasCrashed = interruption?.kind === 'crash' && questions > interruption.after;
      if (hasCrashed) break;
    }
    const end = events.at(-1);
    const isOver = end?.kind === 'finished' || end?.kind === 'failed' || end?.kind === 'stopped';
    if (isOver && !hasCrashed && (end.kind !== 'stopped' || interruption === undefined))
      return { end, events, series, attemptCount };
  }
}

function dropAfter(series: Map<string, (readonly [number, number])[]>, step: number | undefined): void {
  for (const [name, points] of series)
    series.set(
      name,
      points.filter(([at]) => step !== undefined && at <= step),
    );
}

function addPoints(
  series: Map<string, (readonly [number, number])[]>,
  points: Extract<WorkerEvent, { kind: 'metric' }>['points'],
): void {
  for (const { name, steps, values } of points) {
    if (isTiming(name)) continue;
    const kept = series.get(name) ?? [];
    steps.forEach((step, index) => kept.push([step, values[index]!]));
    series.set(name, kept);
  }
}

/** The artifact of a stage that should have finished. */
/** What an evaluation found, example by example. */
export function outcomesOf({ events }: Pick<StageResult, 'events'>): ExampleOutcomes {
  const event = events.find((each) => each.kind === 'example-outcomes');
  if (event === undefined) throw new Error(`No outcomes were told: ${JSON.stringify(events.at(-1))}`);
  return event.outcomes;
}

export function artifactOf({ end }: StageResult): Artifact {
  if (end.kind === 'finished') return end.artifact;
  throw new Error(`The stage should have finished, but ended with ${JSON.stringify(end)}.`);
}
