/** Says yes at most once per period of the given clock; the first period starts at once. */
export function createPace(periodMs: number, now: () => number): () => boolean {
  let last = now();
  return () => {
    const time = now();
    if (time - last < periodMs) return false;
    last = time;
    return true;
  };
}

/** A person sees progress about twice a second. */
export const progressPeriodMs = 500;
/** What a crash costs at most, apart from one step. */
export const checkpointPeriodMs = 10_000;
