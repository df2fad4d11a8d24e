import { getKernel, registerKernel, unregisterKernel, type KernelConfig } from '@tensorflow/tfjs-core';
import { createDerivedData } from './derived-data.ts';
import { signByClipping, summingColumns } from './elementwise.ts';
import { filterGradient } from './filter-gradient.ts';
import { inputGradient } from './input-gradient.ts';
import { transposingFirst } from './matrix-product.ts';
import { maxPoolGradient } from './max-pool-gradient.ts';
import { asKernel, stockKernel, type Kernel } from './stock-kernel.ts';

/**
 * Replaces what tfjs-backend-wasm lacks, does slowly or otherwise than PyTorch, mostly by compositions of its fast kernels.
 * A second call changes nothing.
 */
export function installKernels(): void {
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- getKernel is typed as if it always found one
  if (getKernel('Conv2DBackpropFilter', 'wasm')) return;
  const derived = createDerivedData();
  const conv2d = asKernel(stockKernel('Conv2D'));
  const matMul = asKernel(stockKernel('BatchMatMul'));
  const multiply = asKernel(stockKernel('Multiply'));
  const clip = asKernel(stockKernel('ClipByValue'));
  replace('BatchMatMul', (stock) => transposingFirst(stock, derived));
  replace('_FusedMatMul', (stock) => transposingFirst(stock, derived));
  replace('Sum', summingColumns);
  replace('Sign', () => signByClipping(multiply, clip));
  replace('MaxPoolGrad', () => maxPoolGradient);
  replace('Conv2DBackpropInput', () => inputGradient(conv2d, derived));
  register('Conv2DBackpropFilter', filterGradient(matMul), {});
}

function replace(name: string, compose: (stock: Kernel) => Kernel): void {
  const { setupFunc, disposeFunc, ...stock } = stockKernel(name);
  unregisterKernel(name, 'wasm');
  register(name, compose(asKernel(stock)), {
    ...(setupFunc && { setupFunc }),
    ...(disposeFunc && { disposeFunc }),
  });
}

function register(
  name: string,
  kernel: Kernel,
  lifetime: Pick<KernelConfig, 'setupFunc' | 'disposeFunc'>,
): void {
  const kernelFunc = kernel as unknown as KernelConfig['kernelFunc'];
  registerKernel({ kernelName: name, backendName: 'wasm', kernelFunc, ...lifetime });
}
