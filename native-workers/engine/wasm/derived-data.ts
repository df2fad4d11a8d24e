import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { DataId, TensorInfo } from '@tensorflow/tfjs-core';

/**
 * Rearranged copies of operands (a transposed weight, a flipped filter), kept while the operand's data lives.
 * Tensor data never changes in place, so a copy never goes stale, and XNNPACK packs it only once too.
 */
export type DerivedData = {
  get(backend: BackendWasm, source: DataId, form: string, derive: () => TensorInfo): TensorInfo;
};

export function createDerivedData(): DerivedData {
  const forms = new WeakMap<DataId, Map<string, TensorInfo>>();
  const watched = new WeakSet<BackendWasm>();

  const dropWithSource = (backend: BackendWasm): void => {
    watched.add(backend);
    const disposeData = backend.disposeData.bind(backend);
    backend.disposeData = (source, force) => {
      const freed = disposeData(source, force);
      const derived = freed ? forms.get(source) : undefined;
      if (derived) {
        forms.delete(source);
        for (const tensor of derived.values()) disposeData(tensor.dataId, true);
      }
      return freed;
    };
  };

  return {
    get: (backend, source, form, derive) => {
      if (!watched.has(backend)) dropWithSource(backend);
      let ofSource = forms.get(source);
      if (!ofSource) forms.set(source, (ofSource = new Map<string, TensorInfo>()));
      let tensor = ofSource.get(form);
      if (!tensor) ofSource.set(form, (tensor = derive()));
      return tensor;
    },
  };
}
