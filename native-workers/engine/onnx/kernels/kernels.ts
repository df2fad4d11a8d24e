import * as core from '@tensorflow/tfjs-core';
import { getKernel, registerKernel, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs-core';
import { nodeOf, type OnnxBackend } from '../backend.ts';
import type { GraphNode } from '../graph.ts';
import { convolutionKernels } from './convolution.ts';
import { elementwiseKernels } from './elementwise.ts';
import type { Kernel, KernelAttributes, KernelTable } from './kernel.ts';
import { productKernels } from './product.ts';
import { reducingKernels } from './reducing.ts';
import { shapingKernels } from './shaping.ts';

/** Every tfjs kernel that this engine has. */
const kernels: KernelTable = {
  ...elementwiseKernels,
  ...shapingKernels,
  ...reducingKernels,
  ...productKernels,
  ...convolutionKernels,
};

/** A second call changes nothing. Kernels that this engine lacks are registered too, so that they say so. */
export function registerKernels(backendName: string): void {
  const refusals = absentKernels().map((kernelName) => [kernelName, refusal(kernelName)] as const);
  const known = Object.entries(kernels).map(
    ([kernelName, kernel]) => [kernelName, onTensors(kernel)] as const,
  );
  for (const [kernelName, kernelFunc] of [...known, ...refusals])
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- getKernel is typed as if it always found one
    if (!getKernel(kernelName, backendName)) registerKernel({ kernelName, backendName, kernelFunc });
}

/** tfjs-core exports the name of each of its kernels as a constant of that name. */
function absentKernels(): string[] {
  return Object.entries(core)
    .filter(([name, value]) => value === name)
    .map(([name]) => name)
    .filter((name) => !(name in kernels));
}

function refusal(kernelName: string): KernelConfig['kernelFunc'] {
  return ({ inputs }) => {
    const shapes = Object.entries(inputs).map(
      ([name, input]) => `${name} ${(input as TensorInfo).dtype} [${(input as TensorInfo).shape.join(', ')}]`,
    );
    throw new Error(
      `The onnx engine has no kernel ${kernelName}, asked for with ${shapes.join(', ') || 'no input'}. Compose it of operations that the engine has, or add it to engine/onnx/kernels.`,
    );
  };
}

/** Between tensors, as tfjs-core passes them, and nodes. */
function onTensors(kernel: Kernel): KernelConfig['kernelFunc'] {
  return ({ inputs, attrs, backend }) => {
    const onnx = backend as Pick<OnnxBackend, 'record' | 'hold'>;
    const given = Object.entries(inputs).filter(
      ([, input]) => (input as TensorInfo | null | undefined) != null,
    );
    const result = kernel({
      inputs: Object.fromEntries(given.map(([name, input]) => [name, nodeOf((input as TensorInfo).dataId)])),
      attributes: (attrs ?? {}) as unknown as KernelAttributes,
      record: (operation, nodes, shape, dtype) =>
        onnx.record(operation, nodes, { shape, dtype: dtype ?? nodes[0]!.dtype }),
    });
    return isList(result) ? result.map((node) => tensorInfo(onnx, node)) : tensorInfo(onnx, result);
  };
}

function isList(result: ReturnType<Kernel>): result is readonly GraphNode[] {
  return Array.isArray(result);
}

function tensorInfo(backend: Pick<OnnxBackend, 'hold'>, node: GraphNode): TensorInfo {
  return { dataId: backend.hold(node), shape: [...node.shape], dtype: node.dtype };
}
