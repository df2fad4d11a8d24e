import { describe, expect, it } from 'vitest';
import { openWorldSchema } from '#contract/open-world.ts';
import { rememberedDetection, type Detect } from './detect.ts';
import type { Measurement } from './read-open-world-runs.ts';

const measurement = (seed: number, isIn: boolean): Measurement => ({
  run: { key: '', seed, state: 'done', settings: {}, stages: [], metrics: {} },
  stage: `${seed} ${String(isIn)}`,
  setting: openWorldSchema.parse({ source: 'constant', epsilon: 0.1 }),
  outcomes: {
    examples: Uint32Array.of(0, 1),
    labels: new Uint16Array(2),
    cleanPredictions: new Uint16Array(2),
    attackedPredictions: new Uint16Array(2),
    survived: new Uint8Array(2),
    distances: new Float32Array(2),
  },
  shown: {
    targets: new Uint16Array(2),
    confidences: new Float32Array(2),
    // Inputs of no class score as high as the worse half of the others, and higher with the seed.
    scores: { msp: isIn ? Float64Array.of(1, 2) : Float64Array.of(seed, seed) },
    thresholds: { msp: 1 },
  },
  joint: {},
});
const seeds = [0, 1, 2];
const [ins, outs] = [true, false].map((isIn) => seeds.map((seed) => measurement(seed, isIn)));

describe('remembered detection', () => {
  const ask = (detect: Detect) => detect(ins!, outs!, 'msp');

  it('is a mean over seeds, each with its own inputs', () => {
    // Of seed 0 all pairs are won, of seed 1 three of four, of seed 2 one of four: ties count one half.
    expect(ask(rememberedDetection().detect)?.auroc.value.mean).toBeCloseTo((1 + 0.75 + 0.25) / 3, 12);
  });

  it('lets others in between the pairs that it measures, and says the same', async () => {
    const { detect, settle } = rememberedDetection();
    let turns = 0;
    const count = (): void => {
      turns += 1;
      if (turns < 100) setImmediate(count);
    };
    setImmediate(count);
    const answer = await settle(ask);
    expect(turns).toBeGreaterThanOrEqual(seeds.length - 1);
    expect(turns).toBeLessThan(100);
    expect(answer).toEqual(ask(detect));
    expect(await settle(ask)).toEqual(answer);
  });
});
