export const exitCodes = { done: 0, someFailed: 1, badUsage: 2, interrupted: 130 } as const;

export const exitCodeHelp = `
Exit codes:
  0    everything asked for is done
  1    some runs failed or were cancelled, or an attack contradicts a certificate
  2    bad input or usage; nothing was started
  130  interrupted (Ctrl+C); run the same command again to go on`;

/** Something the person at the terminal can put right: the message alone is printed, and the exit code is 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
