import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeAttempts } from './commands/attempts.ts';
import { writeFarm } from './commands/farm.ts';
import { recordBatch } from './commands/record-batch.ts';
import { removeStudy } from './commands/remove-study.ts';
import { writeStageStates } from './commands/stage-states.ts';
import { submitStudy } from './commands/submit-study.ts';
import { openConnection, type Connection } from './connection.ts';
import { migrate, requirePresentVersion } from './migrate.ts';
import { readAttempts } from './queries/attempts.ts';
import { readFarm } from './queries/farm.ts';
import { readOutcomes } from './queries/outcomes.ts';
import { readPendingStages } from './queries/pending-stages.ts';
import { readRuns } from './queries/runs.ts';
import { readSeries } from './queries/series.ts';
import { readStages } from './queries/stages.ts';
import { readStudies } from './queries/studies.ts';
import type { ReadableStore, WritableStore } from './store.ts';

/** Opens the store of a workspace, making or migrating it where needed. Close it to release the file. */
export function openStore(file: string): WritableStore {
  mkdirSync(dirname(file), { recursive: true });
  const connection = openConnection(file, false);
  return closedOnError(connection, () => {
    migrate(connection);
    return writableStore(connection);
  });
}

/** Opens a store that is there and of the present version. Nothing it offers can write. */
export function openStoreForReading(file: string): ReadableStore {
  const connection = openConnection(file, true);
  return closedOnError(connection, () => {
    requirePresentVersion(connection);
    return readableStore(connection);
  });
}

/** For tests that must reach below the store. */
export const writableStore = (connection: Connection): WritableStore => ({
  ...readableStore(connection),
  ...submitStudy(connection),
  ...writeAttempts(connection),
  ...recordBatch(connection),
  ...writeStageStates(connection),
  ...removeStudy(connection),
  ...writeFarm(connection),
});

const readableStore = (connection: Connection): ReadableStore => ({
  ...readStudies(connection),
  ...readRuns(connection),
  ...readStages(connection),
  ...readPendingStages(connection),
  ...readAttempts(connection),
  ...readSeries(connection),
  ...readOutcomes(connection),
  ...readFarm(connection),
  close: () => connection.close(),
});

function closedOnError<Store>(connection: Connection, open: () => Store): Store {
  try {
    return open();
  } catch (error) {
    connection.close();
    throw error;
  }
}
