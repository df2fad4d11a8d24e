import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  imageLayout,
  inImageLayout,
  inLogicalOrder,
  isTrivial,
  permutationBetween,
  physicalShape,
  transposedLayout,
} from './layout.ts';

const shapeAndOrder = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      order: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
    }),
  );

/** Values laid out as `order`, by definition: index arithmetic, one value at a time. */
function laidOut(values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  const physical = order.map((axis) => shape[axis]!);
  return Float32Array.from(values, (_, place) => {
    const index = new Array<number>(shape.length);
    let rest = place;
    for (let i = physical.length - 1; i >= 0; i -= 1) {
      index[order[i]!] = rest % physical[i]!;
      rest = Math.floor(rest / physical[i]!);
    }
    return values[index.reduce((at, position, axis) => at * shape[axis]! + position, 0)]!;
  });
}

const counted = (shape: readonly number[]): Float32Array =>
  Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i);

describe('layouts', () => {
  it('are undone by reading in logical order', () => {
    fc.assert(
      fc.property(shapeAndOrder, ({ shape, order }) => {
        const values = counted(shape);
        expect(inLogicalOrder(laidOut(values, shape, order), shape, order)).toEqual(values);
      }),
    );
  });

  it('are trivial exactly where memory is in logical order', () => {
    fc.assert(
      fc.property(shapeAndOrder, ({ shape, order }) => {
        const values = counted(shape);
        const same = laidOut(values, shape, order).every((value, i) => value === values[i]);
        expect(isTrivial(order, shape)).toBe(same);
      }),
    );
  });

  it('take images in and give them back as they were', () => {
    const size = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(fc.tuple(size, size, size, size), (shape) => {
        const inside = inImageLayout(counted(shape), shape);
        expect(inLogicalOrder(inside, shape, imageLayout)).toEqual(counted(shape));
      }),
    );
  });

  it('stand for a transpose without moving memory', () => {
    fc.assert(
      fc.property(shapeAndOrder, ({ shape, order }) => {
        const transposedShape = order.map((axis) => shape[axis]!);
        const seen = inLogicalOrder(counted(shape), transposedShape, transposedLayout(undefined, order));
        expect(seen).toEqual(laidOut(counted(shape), shape, order));
      }),
    );
  });

  it('lead from one to another by the permutation between', () => {
    fc.assert(
      fc.property(shapeAndOrder, ({ shape, order }) => {
        const between = permutationBetween(undefined, order, shape.length);
        expect(between.map((axis) => shape[axis])).toEqual(physicalShape(shape, order));
      }),
    );
  });
});
