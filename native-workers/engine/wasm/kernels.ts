import { getKernel, registerKernel, unregisterKernel, type KernelConfig } from '@tensorflow/tfjs-core';
import { filterGradient, inputGradient } from './convolution-gradients.ts';
import { createDerivedData } from './derived-data.ts';
import { transposingFirst } from './matrix-product.ts';
import { selectingRows } from './select-rows.ts';
import { asKernel, stockKernel, type Kernel } from './stock-kernel.ts';

/**
 * Replaces what tfjs-backend-wasm lacks or does slowly by compositions of its fast kernels.
 * A second call changes nothing.
 */
export function installKernels(): void {
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- getKernel is typed as if it always found one
  if (getKernel('Conv2DBackpropFilter', 'wasm')) return;
  const derived = createDerivedData();
  const conv2d = asKernel(stockKernel('Conv2D'));
  replace('BatchMatMul', (stock) => transposingFirst(stock, derived));
  replace('_FusedMatMul', (stock) => transposingFirst(stock, derived));
  replace('Select', selectingRows);
  replace('Conv2DBackpropInput', () => inputGradient(conv2d, derived));
  register('Conv2DBackpropFilter', filterGradient(conv2d, asKernel(stockKernel('Transpose'))), {});
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
