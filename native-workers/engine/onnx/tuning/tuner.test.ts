import { describe, expect, it } from 'vitest';
import type { FilterGradientShape, FilterGradientVariant } from '../lower/lowered.ts';
import type { RememberedChoices } from './remembered-choices.ts';
import { createTuner, shapeKey, type Tuner } from './tuner.ts';

const shapeOf = (batch: number, side = 8): FilterGradientShape => ({
  batch,
  inputs: 64,
  outputs: 64,
  geometry: {
    input: [side, side],
    output: [side, side],
    filter: [3, 3],
    strides: [1, 1],
    dilations: [1, 1],
    padding: [1, 1, 1, 1],
  },
});
const shape = shapeOf(64);
const key = shapeKey(shape);

type Times = Partial<Record<FilterGradientVariant, { readonly shortest: number; readonly median: number }>>;

function tunerWith(times: Times, book = new Map<string, FilterGradientVariant>()) {
  const measured: string[] = [];
  const remembered: RememberedChoices = {
    recall: (shape) => book.get(shape),
    remember: (shape, { variant }) => {
      if (!book.has(shape)) book.set(shape, variant);
      return book.get(shape);
    },
  };
  const tuner: Tuner = createTuner({
    remembered,
    measure: (shape, variants) => {
      measured.push(shapeKey(shape));
      return Object.fromEntries(variants.map((variant) => [variant, times[variant]]));
    },
  });
  return { tuner, measured, book };
}

const steady = (time: number) => ({ shortest: time, median: time });
const faster = {
  'in-rows': steady(10),
  'by-position': steady(12),
  'per-image': steady(20),
  'as-convolution': steady(8),
};

describe('choosing how filter gradients are computed', () => {
  it('goes by the rule of thumb where no machine may be asked', () => {
    expect(createTuner().choose(shape)).toBe('in-rows');
    expect(createTuner().choose({ ...shape, inputs: 3 })).toBe('in-rows');
  });

  it('measures a shape once and remembers the fastest way', () => {
    const { tuner, measured, book } = tunerWith(faster);
    expect([tuner.choose(shape), tuner.choose(shape)]).toEqual(['as-convolution', 'as-convolution']);
    expect(measured).toEqual([key]);
    expect(book.get(key)).toBe('as-convolution');
  });

  it('stays with the rule where another way is faster by no more than noise', () => {
    const { tuner } = tunerWith({ ...faster, 'as-convolution': steady(9) });
    expect(tuner.choose(shape)).toBe('in-rows');
  });

  it('stays with the rule where another way is faster only in its best moment', () => {
    const { tuner } = tunerWith({ ...faster, 'as-convolution': { shortest: 1, median: 12 } });
    expect(tuner.choose(shape)).toBe('in-rows');
  });

  it('measures nothing that was remembered or is small', () => {
    const { tuner, measured } = tunerWith(faster, new Map([[key, 'per-image']]));
    expect(tuner.choose(shape)).toBe('per-image');
    expect(tuner.choose(shapeOf(4))).toBe('in-rows');
    expect(measured).toEqual([]);
  });

  it('leaves convolution out where outputs are large', () => {
    const { tuner } = tunerWith(faster);
    expect(tuner.choose(shapeOf(64, 16))).toBe('in-rows');
  });

  it('goes by the rule where a choice cannot be remembered', () => {
    const nothing: RememberedChoices = { recall: () => undefined, remember: () => undefined };
    const tuner = createTuner({ remembered: nothing, measure: () => faster });
    expect(tuner.choose(shape)).toBe('in-rows');
  });

  it('takes the choice of another process that was first', () => {
    const first: RememberedChoices = { recall: () => undefined, remember: () => 'per-image' };
    const tuner = createTuner({ remembered: first, measure: () => faster });
    expect(tuner.choose(shape)).toBe('per-image');
  });

  it('keeps to the choices of a checkpoint before those of the machine, until the next stage', () => {
    const { tuner } = tunerWith(faster);
    expect(tuner.keepTo({ [key]: 'per-image', 'another shape': 'a way of later versions' })).toBe(false);
    expect(tuner.choose(shape)).toBe('per-image');
    expect(tuner.taken()).toEqual({ [key]: 'per-image' });
    expect(tuner.keepTo({})).toBe(true);
    expect(tuner.choose(shape)).toBe('as-convolution');
  });

  it('says that programs are stale only where they were made otherwise', () => {
    const { tuner } = tunerWith(faster);
    tuner.choose(shape);
    expect(tuner.keepTo({})).toBe(false);
    expect(tuner.keepTo({ [key]: 'as-convolution' })).toBe(false);
    expect(tuner.keepTo({ [key]: 'in-rows' })).toBe(true);
  });

  it('names in words only what departs from the rule', () => {
    const { tuner } = tunerWith(faster);
    tuner.choose(shapeOf(64, 16));
    expect(tuner.remark()).toBeUndefined();
    tuner.choose(shape);
    expect(tuner.remark()).toContain(`${key}: as-convolution.`);
  });
});
