import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import util from 'node:util';
import type { KernelBackend } from '@tensorflow/tfjs-core';

/**
 * Loads the kernels of tfjs-node and its native side, and nothing else of it: its index would bring a second
 * TensorFlow.js with layers, converters and gradients of its own. The answer makes its backend.
 */
export function loadPackage(folder: string): () => KernelBackend {
  restoreNullTest();
  const requireFrom = createRequire(join(folder, 'package', 'package.json'));
  const binding: unknown = requireFrom(join(folder, 'tfjs_binding.node'));
  const hooks = registerHooks({ resolve: resolveToOurs });
  try {
    requireFrom('./dist/register_all_kernels');
    const { NodeJSKernelBackend } = requireFrom('./dist/nodejs_kernel_backend') as BackendModule;
    return () => new NodeJSKernelBackend(binding, packageName);
  } finally {
    hooks.deregister();
  }
}

const packageName = '@tensorflow/tfjs-node-gpu';
type BackendModule = {
  readonly NodeJSKernelBackend: new (binding: unknown, packageName: string) => KernelBackend;
};

/** tfjs-node 4.22 asks for a function that Node 23 removed. */
function restoreNullTest(): void {
  const old = util as { isNullOrUndefined?: (value: unknown) => boolean };
  old.isNullOrUndefined ??= (value) => value === null || value === undefined;
}

type Resolve = NonNullable<Parameters<typeof registerHooks>[0]['resolve']>;

const ours = pathToFileURL(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core')).href;

/** Its kernels shall register with the TensorFlow.js of this process. */
const resolveToOurs: Resolve = (specifier, context, next) => {
  if (specifier === '@tensorflow/tfjs' || specifier === '@tensorflow/tfjs-core')
    return { url: ours, format: 'commonjs', shortCircuit: true };
  // Protocol buffers serve TensorBoard alone, so that anything does in their place.
  if (specifier === './proto/api_pb') return { url: 'node:util', format: 'builtin', shortCircuit: true };
  return next(specifier, context);
};
