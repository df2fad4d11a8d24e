import type { StageState } from '#contract/run.ts';
import type { StageKind } from '#contract/stage.ts';

type Standing = { readonly kind: StageKind; readonly state: StageState };

/**
 * The failed or cancelled stage that holds up all queued ones after it. Evaluations hold up nothing, and a fit only the
 * measurements that ask its detector.
 */
export const findHoldUp = <Stage extends Standing>(lineage: readonly Stage[]): Stage | undefined =>
  lineage.find(
    ({ kind, state }) =>
      kind !== 'evaluate' && kind !== 'fit' && (state === 'failed' || state === 'cancelled'),
  );
