import { describe, expect, it } from 'vitest';
import type { Device } from '#contract/device.ts';
import type { SlotView } from '#contract/views.ts';
import { deviceChips } from './device-chips.ts';

const processor: Device = {
  id: 'cpu',
  kind: 'cpu',
  name: 'Processor',
  engine: 'onnx',
  slots: 2,
  availability: { kind: 'available' },
};
const slot = (id: string, engine: Device['engine']): SlotView => ({
  id,
  device: { ...processor, engine },
  state: 'idle',
  pid: undefined,
  memoryBytes: undefined,
  stage: undefined,
  progress: undefined,
});

describe('deviceChips', () => {
  it('names the engine that would compute, and no device that cannot be had', () => {
    const availability = { kind: 'unavailable', reason: 'None.', remedy: 'None.' } as const;
    const chips = deviceChips([processor, { ...processor, id: 'cuda', kind: 'cuda', availability }], []);
    expect(chips.map(({ text, load }) => [text, load])).toEqual([['cpu · onnx', '0/2']]);
  });

  it('names the engines that slots compute with where a worker stepped down', () => {
    const [chip] = deviceChips([processor], [slot('cpu:0', 'onnx'), slot('cpu:1', 'wasm')]);
    expect(chip?.text).toBe('cpu · onnx, wasm');
  });
});
