import type { NetworkGraph } from '#contract/network.ts';
import { BadInput } from '#workers/data/bad-input.ts';

export function expectBackground({ background, classCount, spec }: NetworkGraph): void {
  if (background === true) return;
  throw new BadInput(
    `This training wants a background class, but the ${classCount} classes of the network ${spec.kind} are all the task's.`,
    'Submit the study again: its network is then planned with a background class.',
  );
}
