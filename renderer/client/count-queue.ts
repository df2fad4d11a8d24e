import type { QueueEntry } from '#contract/views.ts';

/** Queued stages that will start by themselves, and those that wait until a person acts on a failed or cancelled one. */
export function countQueue(queue: readonly QueueEntry[]): { readonly next: number; readonly behind: number } {
  const queued = queue.filter((entry) => entry.state === 'queued');
  const behind = queued.filter((entry) => entry.behind !== undefined).length;
  return { next: queued.length - behind, behind };
}
