import type { StageKey } from '#contract/stage.ts';
import type { NamedInput } from './waiting-for.ts';

type Waiting = {
  readonly key: StageKey;
  readonly inputs: readonly NamedInput[];
};

/**
 * Stages that cannot start before a person acts, each with the label of the failed or cancelled stage that it waits
 * behind, directly or through others. Every stage comes after its inputs.
 */
export function findBehindFailure(stages: readonly Waiting[]): ReadonlyMap<StageKey, string> {
  const behind = new Map<StageKey, string>();
  for (const { key, inputs } of stages)
    for (const input of inputs) {
      const culprit =
        input.state === 'failed' || input.state === 'cancelled' ? input.label : behind.get(input.key);
      if (culprit !== undefined) behind.set(key, culprit);
    }
  return behind;
}
