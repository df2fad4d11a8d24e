import { setTimeout as pause } from 'node:timers/promises';
import type { Side } from '../sides/side.ts';
import { median, spread } from './statistics.ts';
import type { Answer, Request } from './request.ts';

/** One side of a comparison, and what exactly it is asked. */
export type Contestant = {
  readonly name: string;
  readonly side: Side;
  readonly request: Request;
  /** How often it is asked before the clock counts: programs are compiled in the course of their first runs. */
  readonly warmUps: number;
};
export type Timing = {
  readonly ms: number;
  /** Median distance from the median, as a fraction of it. */
  readonly spread: number;
  readonly rounds: number;
  readonly last: Answer;
};
export type Effort = {
  readonly leastRounds: number;
  readonly mostRounds: number;
  /** No further round begins after this long. */
  readonly budgetMs: number;
};

/** The threads of one side may spin for a moment after it has answered. */
const restMs = 20;

/**
 * Asks every contestant in turn, round after round, so that whatever else the machine does meets all alike. The order
 * rotates from round to round.
 */
export async function interleave(
  contestants: readonly Contestant[],
  { leastRounds, mostRounds, budgetMs }: Effort,
  now: () => number = () => performance.now(),
): Promise<ReadonlyMap<string, Timing>> {
  const times = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  const answers = new Map<string, Answer>();
  for (const { side, request, warmUps } of contestants)
    for (let i = 0; i < warmUps; i += 1) await side.ask(request);
  const start = now();
  for (let round = 0; round < mostRounds; round += 1) {
    if (round >= leastRounds && now() - start > budgetMs) break;
    for (const turn of contestants.keys()) {
      const { name, side, request } = contestants[(round + turn) % contestants.length]!;
      await pause(restMs);
      const answer = await side.ask(request);
      times.get(name)!.push(answer.ms);
      answers.set(name, answer);
    }
  }
  return new Map(
    [...times].map(([name, all]): [string, Timing] => [
      name,
      { ms: median(all), spread: spread(all), rounds: all.length, last: answers.get(name)! },
    ]),
  );
}
