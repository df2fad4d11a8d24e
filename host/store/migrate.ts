import { readFileSync } from 'node:fs';
import type { Connection } from './connection.ts';

/** In order; a database of version n has seen the first n. Never edit one that was released: add the next. */
export const migrations = [
  '0001-experiments.sql',
  '0002-farm.sql',
  '0003-checkpoint-engine.sql',
  '0004-proofs.sql',
  '0005-open-world.sql',
] as const;

export const schemaVersion = (connection: Connection): number => {
  const known = connection.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'schema_version'`).get();
  if (known === undefined) return 0;
  return connection
    .prepare<[], number>('SELECT coalesce(max(version), 0) FROM schema_version')
    .pluck()
    .get()!;
};

/** Brings a database to `target`, each migration in a transaction of its own. */
export function migrate(connection: Connection, target: number = migrations.length): void {
  refuseNewer(connection);
  const migrateNext = connection.transaction(() => {
    connection.exec('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY) STRICT');
    const version = schemaVersion(connection);
    if (version >= target) return false;
    connection.exec(readFileSync(new URL(`./migrations/${migrations[version]!}`, import.meta.url), 'utf8'));
    connection.prepare('INSERT INTO schema_version (version) VALUES (?)').run(version + 1);
    return true;
  });
  while (migrateNext.immediate());
}

/** A reader cannot migrate, so it takes the present version only. */
export function requirePresentVersion(connection: Connection): void {
  refuseNewer(connection);
  const version = schemaVersion(connection);
  if (version < migrations.length)
    throw new Error(
      `${connection.name} has version ${version}, this Redoubt reads version ${migrations.length}. Open it once for writing to bring it up to date.`,
    );
}

function refuseNewer(connection: Connection): void {
  const version = schemaVersion(connection);
  if (version > migrations.length)
    throw new Error(
      `${connection.name} was written by a newer Redoubt (version ${version}, this one knows ${migrations.length}). Update Redoubt to open it.`,
    );
}
