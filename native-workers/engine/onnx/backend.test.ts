import {
  add,
  dispose,
  div,
  engine,
  grad,
  matMul,
  memory,
  mul,
  registerBackend,
  relu,
  removeBackend,
  scalar,
  setBackend,
  sinh,
  square,
  sub,
  sum,
  tensor1d,
  tensor2d,
  tidy,
  transpose,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerGradients } from '../gradients.ts';
import { repeated } from '../repeated.ts';
import { nodeOf, OnnxBackend } from './backend.ts';
import type { GraphNode } from './graph.ts';
import { registerKernels } from './kernels/kernels.ts';
import { createPrograms, type Programs } from './programs.ts';

describe('the lazy backend', () => {
  let programs: Programs;
  let backend: OnnxBackend;
  const start = async (byteLimit: number): Promise<void> => {
    programs = createPrograms({ device: 'cpu', threads: 1, byteLimit, lowering: {} });
    backend = new OnnxBackend(programs);
    registerBackend('lazy', () => backend);
    registerKernels('lazy');
    registerGradients();
    await setBackend('lazy');
  };
  beforeEach(() => start(2 ** 28));
  afterEach(() => {
    expect(memory().numTensors).toBe(0);
    expect(backend.numDataIds()).toBe(0);
    removeBackend('lazy');
    expect(programs.count).toBe(0);
  });

  /** Ten steps of gradient descent on a small product. */
  const descended = async (rate: (step: number) => number): Promise<number[]> => {
    let weights: Tensor = tensor2d([1, -2, 3, 0.5], [2, 2]);
    const x = tensor2d([0.3, 0.1, -0.7, 2, 1, 1], [3, 2]);
    for (let step = 0; step < 10; step += 1) {
      const next = tidy(() => {
        const slope = grad((w: Tensor) => sum(square(relu(matMul(x, w as never)))))(weights);
        return sub(weights, mul(slope, scalar(rate(step))));
      });
      await next.data();
      weights.dispose();
      weights = next;
    }
    const values = [...(await weights.data())];
    dispose([weights, x]);
    return values;
  };

  it('computes nothing before a value is read', async () => {
    const y = tidy(() => add(tensor1d([1, 2]), 1));
    expect(programs.count).toBe(0);
    expect([...(await y.data())]).toEqual([2, 3]);
    expect(programs.count).toBe(1);
    y.dispose();
  });

  it('names the kernel that it lacks and what it was asked for', () => {
    const shaped = tensor2d([1, 2], [1, 2]);
    expect(() => sinh(shaped)).toThrow(/no kernel Sinh, asked for with x float32 \[1, 2\]/);
    shaped.dispose();
  });

  it('compiles once for steps that differ in values alone', async () => {
    await descended((step) => 0.01 / (step + 1));
    expect(programs.count).toBe(1);
  });

  it('gives the same bits whether or not programs are kept', async () => {
    const kept = await descended(() => 0.01);
    removeBackend('lazy');
    await start(0);
    expect(await descended(() => 0.01)).toEqual(kept);
    expect(programs.count).toBe(1);
  });

  it('computes everything pending that is held with one program', async () => {
    const [a, b] = tidy(() => {
      const x = tensor1d([1, 2]);
      return [mul(x, 2), mul(x, 3)] as [Tensor, Tensor];
    });
    await a.data();
    expect([...(await b.data())]).toEqual([3, 6]);
    expect(programs.count).toBe(1);
    dispose([a, b]);
  });

  it('lets two tensors be the same pending value', async () => {
    const [a, b] = tidy(() => {
      const y = mul(tensor2d([1, 2, 3, 4], [2, 2]), 2);
      return [y, transpose(transpose(y))] as [Tensor, Tensor];
    });
    expect([...(await a.data())]).toEqual([2, 4, 6, 8]);
    expect([...(await b.data())]).toEqual([2, 4, 6, 8]);
    dispose([a, b]);
  });

  it('bakes frozen values and gives up their programs with them', async () => {
    const w = tensor1d([1, 2]);
    backend.freeze(w.dataId);
    const y = tidy(() => mul(w, 3));
    expect([...(await y.data())]).toEqual([3, 6]);
    expect(programs.count).toBe(1);
    w.dispose();
    expect(programs.count).toBe(0);
    y.dispose();
  });

  it('bakes a number that meets only frozen values, and no other', async () => {
    const [w, x] = [tensor1d([1, 2]), tensor1d([5, 7])];
    backend.freeze(w.dataId);
    const computed = async (shift: number, factor: number): Promise<number[]> => {
      const y = tidy(() => mul(mul(x, factor), add(w, shift)));
      const values = [...(await y.data())];
      y.dispose();
      return values;
    };
    expect(await computed(3, 2)).toEqual([40, 70]);
    expect(await computed(3, 1)).toEqual([20, 35]);
    expect(programs.count).toBe(1);
    expect(await computed(0, 1)).toEqual([5, 14]);
    expect(programs.count).toBe(2);
    expect(await computed(3, 1)).toEqual([20, 35]);
    expect(programs.count).toBe(2);
    dispose([w, x]);
  });

  it('tells both zeros apart where a number is baked', async () => {
    const [w, x] = [tensor1d([1, 2]), tensor1d([5, 7])];
    backend.freeze(w.dataId);
    for (const zero of [0, -0]) {
      const y = tidy(() => div(x, mul(w, zero)));
      expect([...(await y.data())]).toEqual([5 / zero, 7 / zero]);
      y.dispose();
    }
    dispose([w, x]);
  });

  it('is not reached by later changes of an uploaded array', async () => {
    const values = Float32Array.of(1, 2);
    const x = tensor1d(values);
    const y = tidy(() => add(x, 0.5));
    values.fill(9);
    expect([...(await y.data())]).toEqual([1.5, 2.5]);
    dispose([x, y]);
  });

  it('leaves values that were read after their tensor is gone', async () => {
    const y = tidy(() => add(tensor1d([1, 2]), 1));
    const values = await y.data();
    y.dispose();
    tidy(() => add(tensor1d([5, 5]), 1)).dispose();
    expect([...values]).toEqual([2, 3]);
  });

  it('computes with inputs whose tensors are gone already', async () => {
    const x = tensor1d([1, 2]);
    const y = tidy(() => add(x, 1));
    x.dispose();
    expect([...(await y.data())]).toEqual([2, 3]);
    y.dispose();
  });

  it('gives back what a repeated computation looked at in another shape', async () => {
    const of = {};
    for (let time = 0; time < 3; time += 1) {
      const x = tensor2d([1, 2, 3, 4], [2, 2]);
      const { state } = nodeOf(x.dataId);
      const { y } = repeated({ of, as: 'turn', inputs: { x }, compute: () => ({ y: add(transpose(x), 1) }) });
      x.dispose();
      expect([...(await y.data())]).toEqual([2, 4, 3, 5]);
      y.dispose();
      expect(isGivenBack(state)).toBe(true);
    }
  });

  it('says at the read what could not be computed, and goes on afterwards', async () => {
    const wrong = tidy(() => {
      const x = mul(tensor1d([1, 2]), 2);
      return engine().runKernel<Tensor>('Reshape', { x }, { shape: [3] });
    });
    await expect(wrong.data()).rejects.toThrow(/could not compute 2 pending operations \(binary, reshape/);
    await expect(wrong.data()).rejects.toThrow(/could not compute/);
    const fine = tidy(() => add(tensor1d([1]), 1));
    expect([...(await fine.data())]).toEqual([2]);
    dispose([fine, wrong]);
  });
});

const isGivenBack = (state: GraphNode['state']): boolean =>
  state.kind === 'stored' &&
  state.store.contents.kind === 'memory' &&
  state.store.contents.values.buffer.byteLength === 0;
