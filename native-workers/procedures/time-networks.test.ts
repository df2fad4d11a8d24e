import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { createRandom } from '#workers/array/random.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { timeNetworks } from './time-networks.ts';

const networkOf = (units: number) => {
  const graph = buildNetwork({ kind: 'mlp', widths: [units] }, [2, 2, 1], 3);
  return { graph, parameters: initializeParameters(graph, createRandom(1)) };
};

/** A clock on which the n-th measured operation takes n milliseconds; every operation looks at it twice. */
function slowingClock(): () => number {
  let time = 0;
  let looks = 0;
  return () => (time += looks++ / 2);
}

describe('timeNetworks', () => {
  it('gives the median of every network, the scores of the same images, and no tensor back', async () => {
    const engine = await createEngine('wasm');
    const still = { engine, now: () => 7, stopRequested: () => Promise.resolve(false) };
    const [first, other, again] = await timeNetworks(still, [networkOf(4), networkOf(5), networkOf(4)]);
    expect(first!.latency).toEqual({ 1: 0, 64: 0 });
    expect(first!.logits).toHaveLength(64 * 3);
    expect(again!.logits).toEqual(first!.logits);
    expect(other!.logits).not.toEqual(first!.logits);
    expect(engine.memory().tensors).toBe(0);
    engine.dispose();
  });

  it('ends its rounds where a stop was asked for', async () => {
    const engine = await createEngine('wasm');
    let questions = 0;
    const stopRequested = () => Promise.resolve(++questions > 0);
    const [timed] = await timeNetworks({ engine, now: slowingClock(), stopRequested }, [networkOf(4)]);
    expect(questions).toBe(2);
    expect(timed!.latency[64]).toBeGreaterThan(timed!.latency[1]);
    engine.dispose();
  });
});
