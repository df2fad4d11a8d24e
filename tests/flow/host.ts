// A host and nothing else: farms the workspace named by its argument with the fake worker until it is killed.
import { startFarm } from '#host/farm/farm.ts';
import { openStore } from '#host/store/open-store.ts';
import { openWorkspace } from '#host/workspace.ts';
import { fakeWorker, processorWith, quickTiming } from './floor.ts';

const workspace = openWorkspace(process.argv[2]);
const farm = await startFarm({
  store: openStore(workspace.database),
  workspace,
  devices: [processorWith(1)],
  workerEntry: fakeWorker,
  timing: quickTiming,
});
await farm.idle();
await farm.stop({ soft: true });
