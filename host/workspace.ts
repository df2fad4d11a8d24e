import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { StageKey } from '#contract/stage.ts';
import { WorkspaceError } from './workspace-error.ts';

/** One folder that holds everything Redoubt remembers. All paths here are absolute unless named `relative`. */
export type Workspace = {
  readonly folder: string;
  readonly database: string;
  readonly libraryFolder: string;
  readonly reportsFolder: string;
  readonly logsFolder: string;
  readonly stageFolder: (stage: StageKey) => string;
  /** Absolute path of one that the store or a worker names; throws when it leads out of the workspace. */
  readonly resolve: (relativePath: string) => string;
  /** The form in which paths are stored and sent: relative to the workspace, with forward slashes. */
  readonly relative: (absolutePath: string) => string;
};

/** Where Redoubt works when nobody says otherwise: $REDOUBT_WORKSPACE, else `Redoubt` in the home folder. */
export function defaultWorkspaceFolder(): string {
  const chosen = process.env['REDOUBT_WORKSPACE'];
  return chosen !== undefined && chosen !== '' ? resolve(chosen) : join(homedir(), 'Redoubt');
}

/** Opens a workspace, creating its folders where they are missing. */
export function openWorkspace(folder: string = defaultWorkspaceFolder()): Workspace {
  const workspace = workspaceAt(folder);
  const { libraryFolder, reportsFolder, logsFolder } = workspace;
  try {
    for (const needed of [libraryFolder, reportsFolder, logsFolder, join(workspace.folder, 'stages')])
      mkdirSync(needed, { recursive: true });
  } catch (error) {
    throw new WorkspaceError(workspace.folder, reasonOf(error as NodeJS.ErrnoException), { cause: error });
  }
  return workspace;
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EEXIST':
    case 'ENOTDIR':
      return 'a file is in the way';
    case 'EACCES':
    case 'EPERM':
      return 'you may not write there';
    case 'EROFS':
      return 'its disk is read-only';
    case 'ENOSPC':
      return 'its disk is full';
    default:
      return message;
  }
}

function workspaceAt(folder: string): Workspace {
  const root = resolve(folder);
  const inside = (relativePath: string): string => {
    const path = resolve(root, relativePath);
    if (isInside(root, path)) return path;
    throw new RangeError(`A path inside the workspace ${root} was expected, got ${relativePath}.`);
  };
  return {
    folder: root,
    database: join(root, 'redoubt.sqlite'),
    libraryFolder: join(root, 'library'),
    reportsFolder: join(root, 'reports'),
    logsFolder: join(root, 'logs'),
    stageFolder: (stage) => inside(`stages/${stage}`),
    resolve: inside,
    relative: (absolutePath) => relative(root, inside(absolutePath)).split(sep).join('/'),
  };
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
