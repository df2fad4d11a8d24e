import type { StageEnd } from '#contract/run.ts';

/** Why an attempt was told to stop; the name is the state in which it leaves its stage. */
export type StopReason = 'cancelled' | 'interrupted';

export const endOfStop: Record<StopReason, StageEnd> = {
  cancelled: {
    kind: 'cancelled',
    message: 'Cancelled by a person.',
    remedy: 'Retry the stage; it goes on from its last checkpoint.',
  },
  interrupted: {
    kind: 'interrupted',
    message: 'The host was stopped while the stage was running.',
    remedy: 'Start Redoubt again; the stage goes on from its last checkpoint by itself.',
  },
};
