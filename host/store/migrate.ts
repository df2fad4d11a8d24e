import { readFileSync } from 'node:fs';
import type { Connection } from './connection.ts';

/** In order; a database of version n has seen the first n. Never edit one that was released: add the next. */
export const migrations = [
  '0001-experiments.sql',
  '0002-farm.sql',
  '0003-checkpoint-engine.sql',
  '0004-proofs.sql',
  '0005-open-world.sql',
  '0006-fits.sql',
] as const;

export const schemaVersion = (connection: Connection): number => {
  const known = connection.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'schema_version'`).get();
  if (known === undefined) return 0;
  return connection
    .prepare<[], number>('SELECT coalesce(max(version), 0) FROM schema_version')
    .pluck()
    .get()!;
};

/**
 * Brings a database to `target`, each migration in a transaction of its own. Foreign keys are checked at the end of
 * each instead of all along: a table that others refer to can then be made anew, which drops the old one.
 */
export function migrate(connection: Connection, target: number = migrations.length): void {
  refuseNewer(connection);
  const migrateNext = connection.transaction(() => {
    connection.exec('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY) STRICT');
    const version = schemaVersion(connection);
    if (version >= target) return false;
    connection.exec(readFileSync(new URL(`./migrations/${migrations[version]!}`, import.meta.url), 'utf8'));
    connection.prepare('INSERT INTO schema_version (version) VALUES (?)').run(version + 1);
    requireWholeReferences(connection);
    return true;
  });
  connection.pragma('foreign_keys = OFF');
  try {
    while (migrateNext.immediate());
  } finally {
    connection.pragma('foreign_keys = ON');
  }
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

function requireWholeReferences(connection: Connection): void {
  const broken = connection.pragma('foreign_key_check') as readonly { readonly table: string }[];
  if (broken.length > 0)
    throw new Error(
      `${connection.name} was left as it was: bringing it to version ${schemaVersion(connection)} would leave ${broken.length} rows of ${broken[0]!.table} and others without what they refer to.`,
    );
}

function refuseNewer(connection: Connection): void {
  const version = schemaVersion(connection);
  if (version > migrations.length)
    throw new Error(
      `${connection.name} was written by a newer Redoubt (version ${version}, this one knows ${migrations.length}). Update Redoubt to open it.`,
    );
}
