import type { NativeResult } from '../native-tensor.ts';

/** The results of one session that lie on a device. */
export type Results = {
  /** A result of the native library, counted until it is disposed of. */
  readonly held: (result: NativeResult) => NativeResult;
  readonly count: number;
  /** Ends the session after its last result. */
  readonly endWhenFree: () => void;
  /** Frees what is left and ends the session. */
  readonly endNow: () => void;
};

/** onnxruntime frees a result through the session that made it: doing so later than the session ends the process. */
export function createResults(endSession: () => void): Results {
  const living = new Set<() => void>();
  let state: 'open' | 'closing' | 'ended' = 'open';
  const endIfFree = (): void => {
    if (state !== 'closing' || living.size > 0) return;
    state = 'ended';
    endSession();
  };
  const endWhenFree = (): void => {
    if (state === 'open') state = 'closing';
    endIfFree();
  };
  return {
    held: (result) => {
      if (result.location === 'cpu') return result;
      const { type, dims, location, gpuBuffer } = result;
      const dispose = (): void => {
        if (!living.delete(dispose)) return;
        result.dispose();
        endIfFree();
      };
      living.add(dispose);
      return { type, dims, location, gpuBuffer, dispose };
    },
    get count() {
      return living.size;
    },
    endWhenFree,
    endNow: () => {
      endWhenFree();
      for (const dispose of living) dispose();
    },
  };
}
