import { accessSync, constants, mkdirSync, statfsSync } from 'node:fs';
import { defaultWorkspaceFolder } from '#host/workspace.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listDatasets } from '#host/library/datasets/list-datasets.ts';
import { installation } from '#host/installation.ts';
import { findDesktopRuntime } from '../start/desktop-runtime.ts';
import type { Finding } from './finding.ts';
import { testEngine } from './test-engine.ts';

const neededNode = 24;
const wantedBytes = 2 * 2 ** 30;

/** What is asked of an installation, the quick questions first. */
export async function* examine(folder: string | undefined): AsyncGenerator<Finding> {
  const workspace = folder ?? defaultWorkspaceFolder();
  yield nodeVersion();
  yield await nativeModule('better-sqlite3', 'stores everything');
  yield await nativeModule('sharp', 'reads PNG and JPEG images');
  yield workspaceFolder(workspace);
  yield freeSpace(workspace);
  yield* damagedDatasets(workspace);
  yield await testEngine();
  yield builtWindow();
  yield desktopRuntime();
}

function nodeVersion(): Finding {
  const { node } = process.versions;
  return Number(node.split('.')[0]) >= neededNode
    ? { state: 'fine', what: `Node ${node}` }
    : {
        state: 'wrong',
        what: `Node ${node} is too old`,
        remedy: `Run "npm ci" without --omit=optional, or install Node ${neededNode}.`,
      };
}

async function nativeModule(name: string, purpose: string): Promise<Finding> {
  try {
    await import(name);
    return { state: 'fine', what: `${name} loads (${purpose})` };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return {
      state: 'wrong',
      what: `${name} does not load: ${reason}`,
      remedy: 'Run "npm ci" on this machine; a node_modules folder from another system does not fit.',
    };
  }
}

function workspaceFolder(folder: string): Finding {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return { state: 'fine', what: `Workspace ${folder} can be written` };
  } catch {
    return {
      state: 'wrong',
      what: `Workspace ${folder} cannot be written`,
      remedy: 'Give another folder with --workspace or REDOUBT_WORKSPACE, or mend its permissions.',
    };
  }
}

function freeSpace(folder: string): Finding {
  if (!existsSync(folder)) return { state: 'optional', what: 'Free disk space is unknown' };
  const { bavail, bsize } = statfsSync(folder);
  const what = `${((bavail * bsize) / 2 ** 30).toFixed(1)} GiB of disk are free`;
  return bavail * bsize >= wantedBytes
    ? { state: 'fine', what }
    : {
        state: 'wrong',
        what,
        remedy: 'Checkpoints and datasets want a few GiB: free some, or choose another --workspace.',
      };
}

function damagedDatasets(folder: string): Finding[] {
  return listDatasets(join(folder, 'library')).flatMap((entry) =>
    entry.kind === 'broken'
      ? [
          {
            state: 'wrong',
            what: `Dataset ${entry.name} is damaged: ${entry.message}`,
            remedy: 'Remove its folder from the library and import it again.',
          },
        ]
      : [],
  );
}

const builtWindow = (): Finding =>
  existsSync(join(installation.window, 'index.html'))
    ? { state: 'fine', what: 'The window is built' }
    : {
        state: 'optional',
        what: 'The window is not built',
        remedy: '"npm start" builds it.',
      };

function desktopRuntime(): Finding {
  const runtime = findDesktopRuntime();
  return runtime.kind === 'found'
    ? { state: 'fine', what: `Desktop window: Electron at ${runtime.path}` }
    : {
        state: 'optional',
        what: `No desktop window: ${runtime.reason}`,
        remedy:
          'The browser shows the same workbench. For a window of its own: "node node_modules/electron/install.js", or set ELECTRON_OVERRIDE_DIST_PATH.',
      };
}
