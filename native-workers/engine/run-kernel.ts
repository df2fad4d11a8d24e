import { engine, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core';

export const runKernel = (name: string, inputs: Record<string, Tensor>, attributes: NamedAttrMap): Tensor =>
  engine().runKernel<Tensor>(name, inputs, attributes);
