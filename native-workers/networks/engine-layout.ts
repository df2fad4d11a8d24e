import type { ImageShape } from '#contract/network.ts';
import { sizeOf } from '#contract/network-shapes.ts';
import type { ParameterSpec } from './parameter-specs.ts';

/** How an engine holds a parameter: its shape there, and where each of its values lies in PyTorch's layout. */
export type EngineLayout = {
  readonly shape: readonly number[];
  /** Left out where both layouts are the same. */
  readonly storedIndex?: Int32Array;
};

export function engineLayout(spec: ParameterSpec): EngineLayout {
  switch (spec.layout.kind) {
    case 'as-is':
      return { shape: spec.shape };
    case 'conv':
      return convLayout(spec.shape as [number, number, number, number]);
    case 'dense':
      return denseLayout(spec.shape as [number, number], spec.layout.flattenedFrom);
  }
}

function convLayout([outputs, inputs, rows, columns]: readonly [
  number,
  number,
  number,
  number,
]): EngineLayout {
  const storedIndex = new Int32Array(sizeOf([outputs, inputs, rows, columns]));
  let at = 0;
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1)
      for (let input = 0; input < inputs; input += 1)
        for (let output = 0; output < outputs; output += 1)
          storedIndex[at++] = ((output * inputs + input) * rows + row) * columns + column;
  return { shape: [rows, columns, inputs, outputs], storedIndex };
}

function denseLayout(
  [outputs, inputs]: readonly [number, number],
  image: ImageShape = [1, 1, inputs],
): EngineLayout {
  const [height, width, channels] = image;
  const storedIndex = new Int32Array(outputs * inputs);
  let at = 0;
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      for (let channel = 0; channel < channels; channel += 1)
        for (let output = 0; output < outputs; output += 1)
          storedIndex[at++] = output * inputs + (channel * height + y) * width + x;
  return { shape: [inputs, outputs], storedIndex };
}
