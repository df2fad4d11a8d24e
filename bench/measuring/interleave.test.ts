import { describe, expect, it } from 'vitest';
import { interleave, type Contestant } from './interleave.ts';
import type { Request } from './request.ts';

const request = { measure: 'forward', batch: 1 } as Request;

/** Sides that answer with given times and write down when they were asked. */
function contestants(times: Readonly<Record<string, readonly number[]>>, warmUps = 0) {
  const asked: string[] = [];
  const all = Object.entries(times).map(([name, answers]): Contestant => {
    const left = [...answers];
    const ask = (): Promise<{ ms: number }> => {
      asked.push(name);
      return Promise.resolve({ ms: left.shift()! });
    };
    return { name, request, warmUps, side: { name, ask, close: () => undefined } };
  });
  return { asked, all };
}
const effort = { leastRounds: 3, mostRounds: 3, budgetMs: 0 };

describe('interleave', () => {
  it('asks everyone in every round, each time beginning with the next', async () => {
    const { asked, all } = contestants({ a: [1, 1, 1], b: [1, 1, 1] });
    await interleave(all, effort);
    expect(asked.join('')).toBe('abbaab');
  });

  it('gives the median time, warm-ups left out', async () => {
    const { all } = contestants({ a: [500, 400, 3, 1, 2] }, 2);
    const timing = (await interleave(all, effort)).get('a')!;
    expect(timing).toMatchObject({ ms: 2, rounds: 3, spread: 0.5 });
  });

  it.each([
    [35, 4],
    [5, 2],
  ])('begins no round after %d ms, but takes the least number (%d)', async (budgetMs, rounds) => {
    const { asked, all } = contestants({ a: [1, 1, 1, 1, 1, 1] });
    await interleave(all, { leastRounds: 2, mostRounds: 6, budgetMs }, () => 10 * asked.length);
    expect(asked).toHaveLength(rounds);
  });
});
