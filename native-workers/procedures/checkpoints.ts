import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { parseSafetensors, serializeSafetensors, type SafetensorsFile } from '#workers/array/safetensors.ts';
import type { EngineKind } from '#workers/engine/engine.ts';
import { absolutePath, workspacePath, type StageContext } from './procedure.ts';
import { partialEnding, saveFile, sha256Of } from './save-file.ts';

type CheckpointEvent = Extract<WorkerEvent, { kind: 'checkpoint' }>;

/** The checkpoints of one attempt. The last two are kept, so that the recorded one outlives the writing of the next. */
export type Checkpoints = {
  save(step: number, content: SafetensorsFile): Promise<CheckpointEvent>;
};

/** Clears away what earlier attempts left, but not the checkpoint that this one resumes from. */
export async function openCheckpoints(context: StageContext): Promise<Checkpoints> {
  const kept = context.resume === undefined ? [] : [basename(context.resume.path)];
  await removeLeftovers(context.folder, kept);
  return {
    async save(step, content) {
      const name = `checkpoint-${step}.safetensors`;
      const file = join(context.folder, name);
      const { kind: engine, device, choices } = context.engine;
      const metadata = {
        ...content.metadata,
        engine,
        device,
        ...(choices && { choices: JSON.stringify(choices.taken()) }),
      };
      const { sha256 } = await saveFile(file, serializeSafetensors({ ...content, metadata }));
      if (!kept.includes(name)) kept.push(name);
      for (const old of kept.splice(0, kept.length - 2)) await rm(join(context.folder, old), { force: true });
      const path = workspacePath(context, file);
      return { kind: 'checkpoint', checkpoint: { path, sha256, step, ...(isOffered(engine) && { engine }) } };
    },
  };
}

export type Resumption<State> =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'resumed'; readonly step: number; readonly state: State; readonly note?: string }
  /** The recorded checkpoint cannot be used; the stage starts anew. */
  | { readonly kind: 'lost'; readonly reason: string };

/**
 * Opens the checkpoint that the host recorded, if any, and has `parse` read it. The engine keeps to what it had chosen
 * when that was written, whatever this machine is found to compute faster by now.
 */
export async function resumeFrom<State>(
  context: StageContext,
  parse: (content: SafetensorsFile) => State,
): Promise<Resumption<State>> {
  const { resume, engine } = context;
  engine.choices?.keepTo({});
  if (resume === undefined) return { kind: 'fresh' };
  try {
    const bytes = await readFile(absolutePath(context, resume.path));
    if (sha256Of(bytes) !== resume.sha256)
      return { kind: 'lost', reason: `${resume.path} has changed since it was written` };
    const content = parseSafetensors(bytes);
    const note = noteOtherEngine(context, content);
    const state = parse(content);
    engine.choices?.keepTo(parseChoices(content));
    return { kind: 'resumed', step: resume.step, state, ...(note !== undefined && { note }) };
  } catch (error) {
    return { kind: 'lost', reason: `${resume.path} cannot be read: ${String(error)}` };
  }
}

/** The first events of an attempt. */
export function* announceStart(resumption: Resumption<unknown>): Generator<WorkerEvent, void, void> {
  if (resumption.kind === 'resumed') yield { kind: 'started', resumedFromStep: resumption.step };
  else yield { kind: 'started' };
  if (resumption.kind === 'resumed' && resumption.note !== undefined)
    yield { kind: 'log', level: 'warning', text: resumption.note };
  if (resumption.kind === 'lost')
    yield { kind: 'log', level: 'warning', text: `Starting anew: the checkpoint ${resumption.reason}.` };
}

const choicesSchema = z.record(z.string(), z.string());

const parseChoices = ({ metadata }: SafetensorsFile): z.output<typeof choicesSchema> =>
  choicesSchema.parse(JSON.parse(metadata['choices'] ?? '{}'));

function noteOtherEngine({ engine }: StageContext, { metadata }: SafetensorsFile): string | undefined {
  const { engine: earlier, device: place } = metadata;
  if (earlier === undefined) return undefined;
  if (earlier === engine.kind)
    return place === undefined || kindOfDevice(place) === kindOfDevice(engine.device)
      ? undefined
      : `Going on on ${kindOfDevice(engine.device)} from a checkpoint of ${kindOfDevice(place)}: the last digits will be those of neither.`;
  return `Going on with the ${engine.kind} engine from a checkpoint of the ${earlier} engine: the last digits will be those of neither.`;
}

/** Of `WebGPU: onnxruntime, NVIDIA H200` the first word: threads and adapters are no other kind of device. */
const kindOfDevice = (device: string): string => device.split(':')[0]!;

/** The reference engine of the tests is none that a host knows. */
const isOffered = (kind: EngineKind): kind is Exclude<EngineKind, 'reference'> => kind !== 'reference';

async function removeLeftovers(folder: string, kept: readonly string[]): Promise<void> {
  for (const name of await readdir(folder)) {
    const isOld = /^checkpoint-\d+\.safetensors$/.test(name) && !kept.includes(name);
    if (isOld || name.endsWith(partialEnding)) await rm(join(folder, name), { force: true });
  }
}
