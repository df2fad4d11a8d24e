import { backend_util } from '@tensorflow/tfjs-core';
import type { GraphNode } from '../graph.ts';
import type { ConvolutionGeometry, PoolName, Window } from '../operation.ts';
import { type KernelCall, type KernelTable } from './kernel.ts';
import { fusedActivation } from './product.ts';

export const convolutionKernels: KernelTable = {
  Conv2D: (call) => {
    const x = call.inputs['x']!;
    const filter = call.inputs['filter']!;
    const info = convolutionInfo(call, x.shape, filter.shape);
    const geometry = geometryOf(info);
    return call.record({ kind: 'convolution', geometry, activation: 'linear' }, [x, filter], info.outShape);
  },
  FusedConv2D: (call) => {
    const x = call.inputs['x']!;
    const filter = call.inputs['filter']!;
    const bias = call.inputs['bias'];
    const info = convolutionInfo(call, x.shape, filter.shape);
    const operation = {
      kind: 'convolution',
      geometry: geometryOf(info),
      activation: fusedActivation(call),
    } as const;
    return call.record(operation, bias ? [x, filter, bias] : [x, filter], info.outShape);
  },
  Conv2DBackpropInput: (call) => {
    const dy = call.inputs['dy']!;
    const filter = call.inputs['filter']!;
    const shape = call.attributes.inputShape;
    const geometry = geometryOf(convolutionInfo(call, shape, filter.shape));
    return call.record({ kind: 'convolution-input-gradient', geometry }, [dy, filter], shape);
  },
  Conv2DBackpropFilter: (call) => {
    const x = call.inputs['x']!;
    const dy = call.inputs['dy']!;
    const shape = call.attributes.filterShape;
    const geometry = geometryOf(convolutionInfo(call, x.shape, shape));
    return call.record({ kind: 'convolution-filter-gradient', geometry }, [x, dy], shape);
  },
  MaxPool: (call) => pool(call, 'max'),
  AvgPool: (call) => pool(call, 'average'),
  MaxPoolGrad: (call) => poolGradient(call, 'max'),
  AvgPoolGrad: (call) => poolGradient(call, 'average'),
};

function convolutionInfo(
  call: KernelCall,
  inputShape: readonly number[],
  filterShape: readonly number[],
): backend_util.Conv2DInfo {
  const { strides, pad, dilations, dimRoundingMode, dataFormat } = call.attributes;
  if (dataFormat === 'NCHW')
    throw new Error('The onnx engine takes images as [batch, rows, columns, channels].');
  return backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    false,
  );
}

function geometryOf(info: backend_util.Conv2DInfo): ConvolutionGeometry {
  return {
    ...windowOf(info),
    filter: [info.filterHeight, info.filterWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
  };
}

/** In a pool's description tfjs counts dilation as part of the window; pools here have none. */
function windowOf(info: backend_util.Conv2DInfo): Window {
  const { top, left } = info.padInfo;
  const input = [info.inHeight, info.inWidth] as const;
  const output = [info.outHeight, info.outWidth] as const;
  const strides = [info.strideHeight, info.strideWidth] as const;
  const reach = [info.effectiveFilterHeight, info.effectiveFilterWidth] as const;
  const after = ([0, 1] as const).map((i) =>
    Math.max(0, (output[i] - 1) * strides[i] + reach[i] - input[i] - [top, left][i]!),
  ) as [number, number];
  return { input, output, filter: reach, strides, padding: [top, left, ...after] };
}

function pool(call: KernelCall, name: PoolName): GraphNode {
  const x = call.inputs['x']!;
  const info = poolInfo(call, x.shape);
  return call.record({ kind: 'pool', name, window: windowOf(info) }, [x], info.outShape);
}

function poolGradient(call: KernelCall, name: PoolName): GraphNode {
  const dy = call.inputs['dy']!;
  const x = call.inputs['input']!;
  const window = windowOf(poolInfo(call, x.shape));
  return call.record({ kind: 'pool-gradient', name, window }, name === 'max' ? [dy, x] : [dy], x.shape);
}

function poolInfo({ attributes }: KernelCall, shape: readonly number[]): backend_util.Conv2DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  return backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}
