import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Device } from '#contract/device.ts';
import type { StageKey } from '#contract/stage.ts';
import { discoverDevices, type DiscoveryOptions } from './farm/devices/discover-devices.ts';
import { startFarm, type Farm } from './farm/farm.ts';
import { WorkspaceTakenError } from './farm/workspace-taken-error.ts';
import { installation, readVersion } from './installation.ts';
import { createWorkbench } from './server/answers/create-workbench.ts';
import { createNoticeBoard, type NoticeBoard } from './server/notices.ts';
import { announceServer } from './server/presence.ts';
import { startServer, type WorkbenchServer } from './server/server.ts';
import type { Workbench } from './server/workbench.ts';
import { openStore } from './store/open-store.ts';
import type { WritableStore } from './store/store.ts';
import { watchStore } from './watch-store.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

export type HostOptions = DiscoveryOptions & {
  /** Left out: the default workspace. */
  readonly workspace?: string | undefined;
  /** Left out: no server. */
  readonly serve?: { readonly port?: number | undefined } | undefined;
};

/** The workbench without a window. */
export type Host = {
  readonly workspace: Workspace;
  readonly store: WritableStore;
  readonly workbench: Workbench;
  readonly devices: readonly Device[];
  readonly server: WorkbenchServer | undefined;
  /** Absent while another process works on this workspace; taken over when that one ends. */
  readonly farm: () => Farm | undefined;
  /** The process that works on this workspace instead of this one. */
  readonly workedBy: () => number | undefined;
  readonly submitted: () => void;
  /** Soft: running stages write a checkpoint first. A second call may be hard. */
  readonly stop: (options: { readonly soft: boolean }) => Promise<void>;
};

const takeOverMs = 3000;

/** Wires the parts together; submits and executes nothing by itself but what is queued already. */
export async function startHost(options: HostOptions = {}): Promise<Host> {
  const workspace = openWorkspace(options.workspace);
  const store = openStore(workspace.database);
  const board = createNoticeBoard();
  const devices = discoverDevices(options);
  const work = await takeWork({ workspace, store, devices, board });
  const unwatch = watchStore(store, board.publish);
  const workbench = createWorkbench({
    store,
    workspace,
    devices,
    ...work,
    slotCount: () => slotsOf(devices),
    publish: board.publish,
    watch: board.watch,
    presetFolder: installation.presets,
    version: readVersion(),
    now: Date.now,
    onDefect: defectLog(workspace),
  });
  const end = async (how: { readonly soft: boolean }, server?: WorkbenchServer): Promise<void> => {
    unwatch();
    await Promise.all([work.stop(how), server?.close()]);
    store.close();
  };
  const server =
    options.serve &&
    (await openServer({ workbench, workspace, port: options.serve.port }).catch(async (error: unknown) => {
      await end({ soft: true });
      throw error;
    }));
  return {
    workspace,
    store,
    workbench,
    devices,
    server: server?.server,
    farm: work.farm,
    workedBy: () => (work.farm() === undefined ? store.hostClaim()?.pid : undefined),
    submitted: () => work.farm()?.wake(),
    stop: async (how) => {
      server?.retract();
      await end(how, server?.server);
    },
  };
}

type WorkOptions = {
  readonly workspace: Workspace;
  readonly store: WritableStore;
  readonly devices: readonly Device[];
  readonly board: NoticeBoard;
};

/** One process works on a workspace; others watch it, and one of them takes over when it is gone. */
async function takeWork({ workspace, store, devices, board }: WorkOptions) {
  let farm: Farm | undefined;
  let timer: NodeJS.Timeout | undefined;
  const take = async (): Promise<void> => {
    try {
      farm = await startFarm({ store, workspace, devices, workerEntry: installation.workerEntry });
      farm.subscribe(board.publish);
      board.publish({ kind: 'farm' });
    } catch (error) {
      if (!(error instanceof WorkspaceTakenError)) throw error;
      timer = setTimeout(() => {
        take().catch(defectLog(workspace));
      }, takeOverMs);
    }
  };
  await take();
  return {
    farm: () => farm,
    cancelStages: (stages: readonly StageKey[]) => {
      if (farm === undefined) store.cancelStages(stages);
      else farm.cancel(stages);
      board.publish({ kind: 'farm' });
    },
    retryStages: (stages: readonly StageKey[]) => {
      if (farm === undefined) store.requeueStages(stages, Date.now());
      else farm.retry(stages);
      board.publish({ kind: 'farm' });
    },
    stop: async (how: { readonly soft: boolean }) => {
      clearTimeout(timer);
      await farm?.stop(how);
    },
  };
}

type ServeOptions = {
  readonly workbench: Workbench;
  readonly workspace: Workspace;
  readonly port: number | undefined;
};

async function openServer({ workbench, workspace, port }: ServeOptions) {
  const server = await startServer({
    workbench,
    port,
    staticFolder: installation.window,
    onDefect: defectLog(workspace),
  });
  const retract = announceServer(workspace, { url: server.url, linkSecret: server.linkSecret });
  return { server, retract };
}

const slotsOf = (devices: readonly Device[]): number =>
  devices
    .filter(({ availability }) => availability.kind === 'available')
    .reduce((sum, { slots }) => sum + slots, 0);

const defectLog =
  (workspace: Workspace) =>
  (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    appendFileSync(join(workspace.logsFolder, 'host.log'), `${new Date().toISOString()} ${text}\n`);
  };
