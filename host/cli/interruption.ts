/** How a command is told to stop: softly first, at once when told again. */
export type Interruption = {
  readonly signal: AbortSignal;
  /** Calls back when it must end at once. */
  readonly onImpatience: (end: () => void) => void;
  readonly close: () => void;
};

/** One Ctrl+C may arrive twice, from the terminal and through the launcher. */
const sameMs = 400;

export function listenForInterruption(onFirst: () => void): Interruption {
  const abort = new AbortController();
  const impatient: (() => void)[] = [];
  let last = 0;
  const hear = (): void => {
    const isSame = Date.now() - last < sameMs;
    last = Date.now();
    if (!abort.signal.aborted) {
      onFirst();
      abort.abort();
    } else if (!isSame) for (const end of impatient) end();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, hear);
  return {
    signal: abort.signal,
    onImpatience: (end) => impatient.push(end),
    close: () => {
      for (const signal of signals) process.off(signal, hear);
    },
  };
}
