import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installationSchema } from '#contract/engine-installation.ts';
import { installTensorflow, type InstallEvent } from './install-tensorflow.ts';
import { planTensorflow } from './plan-tensorflow.ts';
import { ToolError, type RunTool } from './tool.ts';

const integrity = `sha512-${createHash('sha512').update('tarball').digest('base64')}`;

/** As planned, for packages of a few letters. */
function planWith(neededBytes: number): typeof planTensorflow {
  return (machine) => {
    const plan = planTensorflow(machine);
    const pinned = { package: { ...plan.package, integrity }, headers: { ...plan.headers, integrity } };
    return { ...plan, ...pinned, neededBytes };
  };
}

let engines: string;
beforeEach(() => {
  engines = mkdtempSync(join(tmpdir(), 'redoubt-engines-'));
});
afterEach(() => {
  rmSync(engines, { recursive: true, force: true });
});

const machine = { platform: 'linux', arch: 'x64' };
const offline: typeof fetch = () => Promise.reject(new TypeError('fetch failed'));

/** Programs that do what the real ones would, as far as files tell; `broken` ones say why not. */
function pretend(broken: Readonly<Record<string, string>> = {}): RunTool {
  return (command, args, { folder }) => {
    const action = actionOf(command, args);
    const words = broken[action];
    if (words !== undefined) return Promise.reject(new ToolError(command, words, words === ''));
    switch (action) {
      case 'pack':
        writeFileSync(join(folder, 'package.tgz'), 'tarball');
        break;
      case 'unpack-package':
        mkdirSync(join(folder, 'binding'), { recursive: true });
        break;
      case 'unpack-wheel':
        writeLibrary(join(args.at(-1)!, 'tensorflow'), 'libtensorflow_cc.so.2', 'include');
        break;
      case 'unpack-archive':
        writeLibrary(join(folder, 'lib'), 'libtensorflow.so.2', '../include');
        break;
      case 'pip-download':
        writeFileSync(join(folder, 'tensorflow.whl'), '');
        break;
      case 'compile':
        writeFileSync(join(folder, 'tfjs_binding.node'), args.join(' '));
        break;
    }
    return Promise.resolve('');
  };
}

function actionOf(command: string, args: readonly string[]): string {
  if (args.includes('--version')) return args.includes('pip') ? 'find-pip' : `find-${command}`;
  if (command === 'npm') return 'pack';
  if (command === 'tar')
    return args.some((word) => word.startsWith('--strip')) ? 'unpack-package' : 'unpack-archive';
  if (command.startsWith('python')) return args.includes('pip') ? 'pip-download' : 'unpack-wheel';
  return command === 'c++' ? 'compile' : 'try';
}

function writeLibrary(folder: string, main: string, headers: string): void {
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(folder, headers, 'tensorflow', 'c'), { recursive: true });
  writeFileSync(join(folder, headers, 'tensorflow', 'c', 'c_api.h'), '');
  for (const name of [main, 'libtensorflow_framework.so.2']) writeFileSync(join(folder, name), '');
}

type Circumstances = { readonly request?: typeof fetch; readonly neededBytes?: number };

async function install(
  run: RunTool,
  { request = offline, neededBytes = 1 }: Circumstances = {},
): Promise<InstallEvent[]> {
  const events: InstallEvent[] = [];
  const given = { engines, trial: 'trial.ts', run, request, machine, makePlan: planWith(neededBytes) };
  for await (const event of installTensorflow(given)) events.push(event);
  return events;
}
const manifest = (): unknown =>
  JSON.parse(readFileSync(join(engines, 'tensorflow', 'installation.json'), 'utf8'));

describe('installTensorflow', () => {
  it('takes the wheel where the archive cannot be reached, says so, and leaves nothing but the engine', async () => {
    const events = await install(pretend());
    expect(events).toContainEqual({
      kind: 'remark',
      text: 'storage.googleapis.com cannot be reached. Check the network.',
    });
    expect(installationSchema.parse(manifest())).toMatchObject({
      library: 'tensorflow-cpu 2.18.0',
      platform: 'linux x64',
    });
    expect(readdirSync(engines)).toEqual(['tensorflow']);
    const compiled = readFileSync(join(engines, 'tensorflow', 'tfjs_binding.node'), 'utf8');
    expect(compiled).toContain('-Wl,-rpath,$ORIGIN/library/tensorflow');
    expect(existsSync(join(engines, 'tensorflow', 'library', 'tensorflow', 'include'))).toBe(false);
  });

  it('takes the archive where it can be reached, and then needs no Python', async () => {
    const run = pretend({ 'find-pip': '' });
    await install(run, { request: () => Promise.resolve(new Response('archive')) });
    expect(manifest()).toMatchObject({ library: 'libtensorflow 2.18.0' });
  });

  it('installs anew over an older one, and what an installation left that was killed goes away', async () => {
    mkdirSync(join(engines, 'tensorflow'));
    writeFileSync(join(engines, 'tensorflow', 'old'), '');
    mkdirSync(join(engines, '.installing-999999999-x'));
    await install(pretend());
    expect(existsSync(join(engines, 'tensorflow', 'old'))).toBe(false);
    expect(readdirSync(engines)).toEqual(['tensorflow']);
  });

  it.each([
    [
      'no compiler',
      { 'find-c++': '', 'find-g++': '', 'find-clang++': '' },
      /a C\+\+ compiler \(such as g\+\+/,
    ],
    ['no npm', { 'find-npm': '' }, /npm, which comes with Node/],
    [
      'no pip and no archive',
      { 'find-pip': '' },
      /Python with pip is not installed.*apt install python3-pip/,
    ],
    [
      'no network',
      { pack: 'npm ERR! code ENOTFOUND' },
      /could not be fetched from npm: npm failed: npm ERR! code ENOTFOUND/,
    ],
    [
      'a full disk',
      { 'pip-download': 'OSError: [Errno 28] No space left on device' },
      /is full\. Free some space/,
    ],
    [
      'a compiler that fails',
      { compile: 'x.cc:1: error: unknown type' },
      /could not be compiled: c\+\+ failed: x\.cc:1: error/,
    ],
    [
      'an engine that computes wrongly',
      { try: 'Error: asked for a score, it answered 3.' },
      /does not compute here: .*answered 3/,
    ],
  ] as const)('says what is wrong with %s and keeps what was there', async (_name, broken, words) => {
    // prettier-ignore
    mkdirSync(join(engines, 'tensorflow'));
    writeFileSync(join(engines, 'tensorflow', 'old'), '');
    await expect(install(pretend(broken))).rejects.toThrow(words);
    expect(existsSync(join(engines, 'tensorflow', 'old'))).toBe(true);
    expect(readdirSync(engines)).toEqual(['tensorflow']);
  });

  it('refuses a tarball that is not what was published', async () => {
    const run: RunTool = async (command, args, setting) => {
      await pretend()(command, args, setting);
      if (args[0] === 'pack') writeFileSync(join(setting.folder, 'package.tgz'), 'something else');
      return '';
    };
    await expect(install(run)).rejects.toThrow('is not what was published');
  });

  it('wants the space that the plan names before it fetches anything', async () => {
    const never: RunTool = (command) => Promise.reject(new Error(`${command} was run`));
    await expect(install(never, { neededBytes: 2 ** 60 })).rejects.toThrow(/GiB are needed while installing/);
  });
});
