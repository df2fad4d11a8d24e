/** An engine that could not be installed; what was there before is as it was. One sentence and its remedy. */
export class InstallError extends Error {
  constructor(problem: string, remedy: string) {
    super(`${problem} ${remedy}`);
    this.name = 'InstallError';
  }
}

/** A full disk, in words; anything else unchanged. */
export function spaceError(error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words = error instanceof Error ? error.message : '';
  return ['ENOSPC', 'EDQUOT'].includes(code) || /no space left|quota exceeded/i.test(words)
    ? new InstallError(`${folder} is full.`, 'Free some space, or name another folder in REDOUBT_ENGINES.')
    : error;
}
