import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openConnection, type Connection } from './connection.ts';
import { migrate, migrations, schemaVersion } from './migrate.ts';
import { openStore, openStoreForReading } from './open-store.ts';

const recipe =
  '{"dataset":{"kind":"glyphs","seed":0,"test":5,"train":10,"validation":0},"kind":"import","version":1}';

function temporaryFile(): { readonly file: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'redoubt-migrate-'));
  return {
    file: join(folder, 'redoubt.sqlite'),
    [Symbol.dispose]: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Fills a database of version 1 with so many stages, each with one run, attempt, series and outcome. */
function fillVersionOne(connection: Connection, count: number): void {
  connection.exec(`INSERT INTO studies VALUES (1, 'Old', 'as it was', 'name: Old', 10, 20)`);
  connection.exec(`INSERT INTO metric_names VALUES (1, 'train.loss')`);
  const stage = connection.prepare(
    `INSERT INTO stages VALUES (@id, printf('%064x', @id), 'import', 'import glyphs', 'done', 5, 10, 10, 30, @id)`,
  );
  const rows = [
    `INSERT INTO recipes VALUES (@id, '${recipe}')`,
    `INSERT INTO runs VALUES (@id, printf('%064x', @id), printf('run %d', @id), @id, '{"dataset":"glyphs"}', 10)`,
    `INSERT INTO run_stages VALUES (@id, 0, @id)`,
    `INSERT INTO study_runs VALUES (1, @id, @id, printf('run %d', @id))`,
    `INSERT INTO study_stages VALUES (1, @id)`,
    `INSERT INTO attempts (id, stage_id, state, slot, device, host_pid, started_at, ended_at)
     VALUES (@id, @id, 'done', 'cpu:0', 'cpu', 1, 20, 30)`,
    `INSERT INTO metric_tail VALUES (@id, 1, 0, 0, 1, x'00000000', x'000000000000F03F')`,
    `INSERT INTO metric_summary VALUES (@id, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0)`,
    `INSERT INTO outcomes VALUES (@id, x'00000000', x'0100', x'0100', x'0200', x'00', x'00000000')`,
    `INSERT INTO artifacts VALUES (@id, printf('stages/%d', @id), NULL, NULL, 7)`,
  ].map((sql) => connection.prepare(sql));
  for (let id = 1; id <= count; id++) for (const statement of [stage, ...rows]) statement.run({ id });
}

const countRows = (connection: Connection): Record<string, number> =>
  Object.fromEntries(
    connection
      .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
      .pluck()
      .all()
      .map((table) => [
        table,
        connection.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get()!,
      ]),
  );

describe('migrate', () => {
  it('keeps every row of a version 1 database, and reads it all', () => {
    using temporary = temporaryFile();
    const old = openConnection(temporary.file, false);
    migrate(old, 1);
    fillVersionOne(old, 300);
    const before = countRows(old);
    old.close();

    const store = openStore(temporary.file);
    expect(store.studies()).toMatchObject([
      { name: 'Old', description: 'as it was', priority: 0, runs: { done: 300 }, stages: { done: 300 } },
    ]);
    expect(store.runs()).toHaveLength(300);
    expect(store.runs()[299]).toMatchObject({ name: 'run 300', state: 'done', metrics: { 'train.loss': 1 } });
    const { key } = store.stagesOfStudy(1)[299]!;
    expect(store.series(key, 'train.loss').values).toEqual(Float64Array.of(1));
    expect(store.outcomes(key)?.attackedPredictions).toEqual(Uint16Array.of(2));
    expect(store.attemptsOf(key)).toHaveLength(1);
    store.close();

    const migrated = openConnection(temporary.file, false);
    expect(schemaVersion(migrated)).toBe(migrations.length);
    expect(countRows(migrated)).toMatchObject({ ...before, schema_version: migrations.length });
    expect(migrated.pragma('foreign_key_check')).toEqual([]);
    expect(migrated.pragma('integrity_check', { simple: true })).toBe('ok');
    migrated.close();
  });

  it('lets a stage fit a detector, and still refuses a kind that nothing executes', () => {
    using temporary = temporaryFile();
    const connection = openConnection(temporary.file, false);
    migrate(connection, 5);
    const insert = (id: number, kind: string) =>
      connection
        .prepare(`INSERT INTO stages VALUES (@id, printf('%064x', @id), @kind, '', 'done', 1, 1, 1, 1, 1, 2)`)
        .run({ id, kind });
    insert(1, 'evaluate');
    expect(() => insert(2, 'fit')).toThrow('CHECK');
    migrate(connection);
    insert(2, 'fit');
    expect(() => insert(3, 'retire')).toThrow('CHECK');
    expect(connection.prepare('SELECT kind, retry_count FROM stages').all()).toEqual([
      { kind: 'evaluate', retry_count: 2 },
      { kind: 'fit', retry_count: 2 },
    ]);
    connection.close();
  });

  it('leaves a database as it was where rows would lose what they refer to', () => {
    using temporary = temporaryFile();
    const connection = openConnection(temporary.file, false);
    migrate(connection, 5);
    connection.pragma('foreign_keys = OFF');
    connection.exec(`INSERT INTO recipes VALUES (7, '${recipe}')`);
    expect(() => {
      migrate(connection);
    }).toThrow(/left as it was.*1 rows of recipes/);
    expect(schemaVersion(connection)).toBe(5);
    expect(connection.pragma('foreign_keys', { simple: true })).toBe(1);
    connection.close();
  });

  it('comes to the same tables from version 1 as from nothing', () => {
    using stepwise = temporaryFile();
    using direct = temporaryFile();
    const tablesOf = (file: string, ...targets: readonly number[]) => {
      const connection = openConnection(file, false);
      for (const target of targets) migrate(connection, target);
      const sql = connection.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
      connection.close();
      return sql;
    };
    const all = migrations.map((_, index) => index + 1);
    expect(tablesOf(stepwise.file, ...all)).toEqual(tablesOf(direct.file, migrations.length));
  });

  it('does nothing the second time', () => {
    using temporary = temporaryFile();
    openStore(temporary.file).close();
    const connection = openConnection(temporary.file, false);
    const changes = connection.prepare('SELECT total_changes()').pluck();
    migrate(connection);
    expect(changes.get()).toBe(0);
    connection.close();
  });

  it('refuses a database of a newer version, and leaves it as it is', () => {
    using temporary = temporaryFile();
    openStore(temporary.file).close();
    const connection = openConnection(temporary.file, false);
    connection.exec('INSERT INTO schema_version (version) VALUES (999)');
    connection.close();
    expect(() => openStore(temporary.file)).toThrow('newer Redoubt');
    expect(() => openStoreForReading(temporary.file)).toThrow('newer Redoubt');
  });

  it('is not done by a reader, who says what to do', () => {
    using temporary = temporaryFile();
    const old = openConnection(temporary.file, false);
    migrate(old, 1);
    old.close();
    expect(() => openStoreForReading(temporary.file)).toThrow('Open it once for writing');
  });
});
