import { add, grad, memory, mul, square, sub, sum, tensor1d, type Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from './create-engine.ts';
import type { Engine } from './engine.ts';
import { repeated } from './repeated.ts';

describe('a repeated computation on the onnx engine', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine('onnx');
  });
  afterAll(() => {
    expect(memory().numTensors).toBe(0);
    engine.dispose();
  });

  /** One step down the square of what lies between two points. */
  const descent = () => {
    const of = {};
    let computed = 0;
    const stepped = async (x: Tensor, y: Tensor): Promise<number[]> => {
      const { next } = repeated({
        of,
        as: 'descent',
        inputs: { x, y },
        compute: () => {
          computed += 1;
          const slope = grad((at: Tensor) => sum(square(sub(at, mul(y, 0.5)))));
          return { next: sub(x, mul(slope(x), 0.25)) };
        },
      });
      const values = await next.data();
      next.dispose();
      return [...values];
    };
    return { stepped, calls: () => computed };
  };
  const withPoints = async (
    lists: readonly (readonly number[])[],
    use: (...points: Tensor[]) => Promise<unknown>,
  ): Promise<void> => {
    const points = lists.map((list) => tensor1d([...list]));
    await use(...points);
    for (const point of points) point.dispose();
  };

  it('is called once and gives of other values what it would compute of them', async () => {
    const { stepped, calls } = descent();
    await withPoints(
      [
        [1, 2],
        [3, 5],
        [-4, 8],
      ],
      async (a, b, c) => {
        expect(await stepped(a, b)).toEqual([1.25, 2.25]);
        expect(await stepped(c, a)).toEqual([-1.75, 4.5]);
        expect(await stepped(b, c)).toEqual([0.5, 4.5]);
      },
    );
    expect(calls()).toBe(1);
  });

  it('is called again for other shapes, and where what was one tensor now is two', async () => {
    const { stepped, calls } = descent();
    await withPoints([[2, 4], [8, 0], [6]], async (a, b, c) => {
      expect(await stepped(a, a)).toEqual([1.75, 3.5]);
      expect(await stepped(a, b)).toEqual([3, 2]);
      expect(await stepped(c, c)).toEqual([5.25]);
    });
    expect(calls()).toBe(3);
  });

  it('is forgotten when many others of the same object came after it', async () => {
    let computed = 0;
    const of = {};
    await withPoints([[1, 2]], async (a) => {
      const scaledBy = async (factor: number): Promise<number> => {
        const compute = () => {
          computed += 1;
          return { scaled: mul(a, factor) };
        };
        const { scaled } = repeated({ of, as: `times ${factor}`, inputs: { a }, compute });
        const [first] = await scaled.data();
        scaled.dispose();
        return first!;
      };
      for (let factor = 0; factor < 100; factor += 1) expect(await scaledBy(factor)).toBe(factor);
      expect(await scaledBy(99)).toBe(99);
      expect(computed).toBe(100);
      expect(await scaledBy(0)).toBe(0);
      expect(computed).toBe(101);
    });
  });

  it('refuses to depend on a tensor that it does not name', async () => {
    await withPoints([[1], [2]], (a, b) => {
      const compute = () => ({ total: add(a, b) });
      expect(() => repeated({ of: {}, as: 'sum', inputs: { a }, compute })).toThrow(/names as its inputs/);
      return Promise.resolve();
    });
  });

  it('refuses to bring more values than single numbers', async () => {
    await withPoints([[1, 2]], (a) => {
      const compute = () => ({ total: add(a, tensor1d([3, 4])) });
      expect(() => repeated({ of: {}, as: 'sum', inputs: { a }, compute })).toThrow(/single numbers only/);
      return Promise.resolve();
    });
  });

  it('refuses to read values on the way', async () => {
    await withPoints([[1, 2]], (a) => {
      const compute = () => ({ total: mul(a, mul(a, 2).dataSync()[0]!) });
      expect(() => repeated({ of: {}, as: 'product', inputs: { a }, compute })).toThrow(/may not read/);
      return Promise.resolve();
    });
  });
});
