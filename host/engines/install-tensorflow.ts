import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { currentLayout, installationFile, type EngineInstallation } from '#contract/engine-installation.ts';
import { buildBinding } from './build-binding.ts';
import { fetchLibrary } from './fetch-library.ts';
import { fetchPackage } from './fetch-package.ts';
import { findTools, type Tools } from './find-tools.ts';
import { InstallError, spaceError } from './install-error.ts';
import { planTensorflow, type InstallationPlan, type LibrarySource } from './plan-tensorflow.ts';
import { removeAbandoned, stagingFolder } from './staging.ts';
import { runTool, ToolError, type RunTool } from './tool.ts';

/** What a person who waits is told. `bytes`: how much lies in the folder that is filled. */
export type InstallEvent =
  | { readonly kind: 'step'; readonly text: string; readonly filling?: { folder: string; bytes: number } }
  | { readonly kind: 'remark'; readonly text: string };

export type Installing = {
  /** Where engines are installed. */
  readonly engines: string;
  /** The script that computes a known answer with an installed engine. */
  readonly trial: string;
  readonly cuda?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly run?: RunTool;
  readonly request?: typeof fetch;
  readonly machine?: { readonly platform: string; readonly arch: string };
  readonly makePlan?: typeof planTensorflow;
};

/** Fetches, builds and tries the engine beside its place and moves it there when it computed rightly. */
export async function* installTensorflow(installing: Installing): AsyncGenerator<InstallEvent> {
  const { engines, run = runTool, machine = process, makePlan = planTensorflow } = installing;
  const { platform, arch } = machine;
  const plan = makePlan({ platform, arch, cuda: installing.cuda ?? false });
  makeFolder(engines);
  requireSpace(engines, plan.neededBytes);
  yield { kind: 'step', text: 'Looking for npm, tar, a C++ compiler and pip' };
  const tools = await findTools({ run, folder: engines, platform });
  removeAbandoned(engines);
  const staging = stagingFolder(engines);
  try {
    yield* stage({ ...installing, run, plan, tools, staging, platform, arch });
    moveIntoPlace(staging, engines);
  } catch (error) {
    throw spaceError(error, engines);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

type Staging = Installing & {
  readonly run: RunTool;
  readonly plan: InstallationPlan;
  readonly tools: Tools;
  readonly staging: string;
  readonly platform: string;
  readonly arch: string;
};

async function* stage(given: Staging): AsyncGenerator<InstallEvent> {
  const { plan, tools, staging, run, signal } = given;
  const folder = join(staging, 'tensorflow');
  const fetching = { run, npm: tools.npm, tar: tools.tar, signal };
  yield { kind: 'step', text: `Fetching ${plan.package.name} ${plan.package.version} from npm` };
  await fetchPackage(plan.package, join(folder, 'package'), fetching);
  await fetchPackage(plan.headers, join(staging, 'headers'), fetching);
  const problems: string[] = [];
  for (const source of plan.sources)
    try {
      yield* stageLibrary(given, folder, source);
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof InstallError || error instanceof ToolError)) throw error;
      if (spaceError(error, staging) !== error) throw error;
      problems.push(error.message);
      rmSync(join(folder, 'library'), { recursive: true, force: true });
      if (source !== plan.sources.at(-1)) yield { kind: 'remark', text: error.message };
    }
  throw new InstallError('TensorFlow’s C library could not be had.', problems.join('\n'));
}

async function* stageLibrary(
  given: Staging,
  folder: string,
  source: LibrarySource,
): AsyncGenerator<InstallEvent> {
  const { plan, tools, staging, run, signal, platform, request } = given;
  const library = join(folder, 'library');
  const from = source.kind === 'archive' ? new URL(source.address).host : 'Python’s package index, with pip';
  const filling = { folder: library, bytes: plan.fetchedBytes };
  yield { kind: 'step', text: `Fetching ${source.library} from ${from}`, filling };
  const fetched = await fetchLibrary(source, library, { run, tools, signal, ...(request && { request }) });
  yield { kind: 'step', text: 'Compiling the native module' };
  const parts = { ...fetched, folder, nodeHeaders: join(staging, 'headers', 'include') };
  await buildBinding(parts, { run, compiler: tools.compiler, platform, signal });
  rmSync(fetched.headers, { recursive: true });
  writeManifest(given, folder, source);
  yield { kind: 'step', text: 'Computing a known answer' };
  await tryIt(given);
}

function writeManifest({ plan, platform, arch }: Staging, folder: string, { library }: LibrarySource): void {
  const manifest: EngineInstallation = {
    layout: currentLayout,
    package: `${plan.package.name} ${plan.package.version}`,
    library,
    cuda: plan.cuda,
    platform: `${platform} ${arch}`,
  };
  writeFileSync(join(folder, installationFile), `${JSON.stringify(manifest, null, 2)}\n`);
}

async function tryIt({ run, trial, staging, signal }: Staging): Promise<void> {
  try {
    const environment = { REDOUBT_ENGINES: staging };
    await run(process.execPath, [trial], { folder: staging, environment, signal });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new InstallError(
      `The engine does not compute here: ${error.message}`,
      'The words above are for a report.',
    );
  }
}

/** A folder can only be renamed to where none is, so the old one steps aside first. */
function moveIntoPlace(staging: string, engines: string): void {
  const place = join(engines, 'tensorflow');
  if (existsSync(place)) renameSync(place, join(staging, 'replaced'));
  renameSync(join(staging, 'tensorflow'), place);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch {
    throw new InstallError(`${folder} cannot be written.`, 'Name another folder in REDOUBT_ENGINES.');
  }
}

function requireSpace(folder: string, neededBytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= neededBytes) return;
  throw new InstallError(
    `${folder} has ${inGib(bavail * bsize)} free, and ${inGib(neededBytes)} are needed while installing.`,
    'Free some space, or name another folder in REDOUBT_ENGINES.',
  );
}

const inGib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
