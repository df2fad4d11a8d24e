import Database from 'better-sqlite3';
import { StoreFullError } from './store-full-error.ts';

export type Connection = Database.Database;

/** Readers never wait for the writer and see one moment each (WAL). Times out after 10 s of another writer. */
export function openConnection(file: string, readonly: boolean): Connection {
  const connection = new Database(file, { readonly, fileMustExist: readonly, timeout: 10_000 });
  if (!readonly) connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = NORMAL');
  connection.pragma('foreign_keys = ON');
  return connection;
}

/** A function whose reads all see the same moment. */
export function atOneMoment<Args extends unknown[], Answer>(
  connection: Connection,
  read: (...args: Args) => Answer,
): (...args: Args) => Answer {
  const transaction = connection.transaction(read);
  return (...args) => transaction(...args);
}

/** A function that writes all or nothing. */
export function allOrNothing<Args extends unknown[], Answer>(
  connection: Connection,
  write: (...args: Args) => Answer,
): (...args: Args) => Answer {
  const transaction = connection.transaction(write);
  return (...args) => {
    try {
      return transaction.immediate(...args);
    } catch (error) {
      throw isFull(error) ? new StoreFullError(connection.name, { cause: error }) : error;
    }
  };
}

const isFull = (error: unknown): boolean =>
  error instanceof Database.SqliteError && error.code === 'SQLITE_FULL';
