import { describe, expect, it } from 'vitest';
import { parseSafetensors, serializeSafetensors } from '#workers/array/safetensors.ts';
import { emptyOpenState, openStateToCheckpoint, parseOpenState, thresholdsIn } from './open-world-state.ts';

const detectors = [
  { name: 'energy', threshold: 0.1 + 0.2 },
  { name: 'odin', threshold: -Infinity },
];

describe('the checkpoint of an open-world measurement', () => {
  const state = emptyOpenState(3, detectors);
  const stored = parseSafetensors(serializeSafetensors(openStateToCheckpoint(state)));

  it('keeps every bit of the thresholds that scores were judged by, also of those without end', () => {
    expect(thresholdsIn(stored)).toEqual({ energy: 0.1 + 0.2, odin: -Infinity });
    expect(parseOpenState(stored, detectors).openWorld).toEqual(state.openWorld);
  });

  it('has none where an earlier version wrote it', () => {
    const { thresholds, ...metadata } = stored.metadata;
    expect(thresholds).toBeDefined();
    expect(thresholdsIn({ ...stored, metadata })).toEqual({});
  });
});
