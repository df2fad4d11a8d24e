import { portableMaxPoolGradient } from '../devices/max-pool-gradient.ts';
import { sizeOf } from '#contract/network-shapes.ts';
import { imageLayout, physicalShape } from '../layout.ts';
import type { Window } from '../operation.ts';
import { array, inLayout, reshaped, type LowerContext, type LowerRule, type Operand } from './lowered.ts';

export const lowerPool: LowerRule<'pool'> = ({ name, window }, { emitter, inputs }) => {
  const x = inLayout(emitter, inputs[0]!, imageLayout);
  const op = name === 'max' ? 'MaxPool' : 'AveragePool';
  return array(emitter.emit(op, [x], { attributes: poolAttributes(window) }), imageLayout);
};

/** Inputs dy and x. */
export const lowerPoolGradient: LowerRule<'pool-gradient'> = ({ name, window }, context) =>
  name === 'average'
    ? averagePoolGradient(window, context)
    : context.settings.isPortable
      ? portableMaxPoolGradient(window, context)
      : maxPoolGradient(window, context);

/** Each window's gradient goes to the one place that its maximum came from, also where several are equal. */
function maxPoolGradient(window: Window, { emitter, node, inputs }: LowerContext) {
  const [dy, x] = inputs as [Operand, Operand];
  const settings = { attributes: poolAttributes(window), count: 2 };
  const indices = emitter.emitAll('MaxPool', [inLayout(emitter, x, imageLayout)], settings)[1]!;
  const size = sizeOf(node.shape);
  const zeros = emitter.emit('Expand', [emitter.scalar(0, 'float32'), emitter.integers([size])]);
  const updates = reshaped(emitter, inLayout(emitter, dy, imageLayout), [sizeOf(dy.node.shape)]);
  const places = reshaped(emitter, indices, [sizeOf(dy.node.shape)]);
  const attributes = { axis: 0, reduction: 'add' };
  const flat = emitter.emit('ScatterElements', [zeros, places, updates], { attributes });
  return array(reshaped(emitter, flat, physicalShape(node.shape, imageLayout)), imageLayout);
}

/** Each output's gradient is shared by the inputs under its window that are not padding. */
function averagePoolGradient(window: Window, { emitter, node, inputs }: LowerContext) {
  const channels = node.shape[3]!;
  const shares = emitter.constant({
    dtype: 'float32',
    shape: window.output,
    bytes: new Uint8Array(sharesOf(window).buffer),
  });
  const share = emitter.emit('Mul', [inLayout(emitter, inputs[0]!, imageLayout), shares]);
  if (seesEverything(window)) {
    const whole = emitter.integers(physicalShape(node.shape, imageLayout));
    return array(emitter.emit('Expand', [share, whole]), imageLayout);
  }
  const shape = [channels, 1, ...window.filter];
  const ones = emitter.emit('Expand', [emitter.scalar(1, 'float32'), emitter.integers(shape)]);
  const attributes = { ...poolAttributes(window), group: channels, output_padding: unreached(window) };
  return array(emitter.emit('ConvTranspose', [share, ones], { attributes }), imageLayout);
}

const seesEverything = ({ filter, input, output, padding }: Window): boolean =>
  sizeOf(output) === 1 && filter.join() === input.join() && padding.every((amount) => amount === 0);

function poolAttributes({ filter, strides, padding }: Window) {
  return { kernel_shape: filter, strides, pads: padding };
}

function sharesOf(window: Window): Float32Array {
  const [rows, columns] = [0, 1].map((axis) =>
    Array.from({ length: window.output[axis]! }, (_, i) => {
      const start = i * window.strides[axis]! - window.padding[axis]!;
      const end = Math.min(start + window.filter[axis]!, window.input[axis]!);
      return end - Math.max(start, 0);
    }),
  ) as [number[], number[]];
  return Float32Array.from(rows.flatMap((height) => columns.map((width) => 1 / (height * width))));
}

function unreached({ input, output, filter, strides, padding }: Window): number[] {
  return [0, 1].map(
    (i) => input[i]! - ((output[i]! - 1) * strides[i]! + filter[i]! - padding[i]! - padding[i + 2]!),
  );
}
