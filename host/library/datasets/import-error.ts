import type { Failure } from '#contract/failure.ts';

/** A dataset that cannot be taken in; the library is as it was before. The message is one sentence and its remedy. */
export class ImportError extends Error {
  readonly failure: Failure;

  constructor(message: string, remedy: string, kind: Failure['kind'] = 'bad-input') {
    super(`${message} ${remedy}`);
    this.name = 'ImportError';
    this.failure = { kind, message, remedy };
  }
}

/** What the file system says about a file, in words; defects pass unchanged. */
export function fileError(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = fileErrors[code];
  return known === undefined ? error : new ImportError(`${file} ${known[0]}.`, known[1], known[2]);
}

const fileErrors: Readonly<
  Record<string, readonly [problem: string, remedy: string, kind?: Failure['kind']]>
> = {
  ENOENT: ['does not exist', 'Check the path.'],
  ENOTDIR: ['lies below something that is not a folder', 'Check the path.'],
  EISDIR: ['is a folder where a file was expected', 'Check the path.'],
  EACCES: ['cannot be read: permission denied', 'Allow this account to read it.'],
  EPERM: ['cannot be read: permission denied', 'Allow this account to read it.'],
  EIO: ['cannot be read: the disk reports an error', 'Copy it from its source again.'],
  ENOSPC: ['cannot be written: the disk is full', 'Free some space and import again.', 'disk-full'],
  EDQUOT: ['cannot be written: the quota is used up', 'Free some space and import again.', 'disk-full'],
};
