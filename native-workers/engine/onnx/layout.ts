/**
 * How a tensor lies in memory: physical axis i is logical axis layout[i]. Left undefined where both agree,
 * so that a layout compares and prints cheaply.
 */
export type Layout = readonly number[] | undefined;

/** Logical [n, h, w, c] as [n, c, h, w]. */
export const imageLayout: Layout = [0, 3, 1, 2];
/** Logical [h, w, in, out] as [out, in, h, w]. */
export const filterLayout: Layout = [3, 2, 0, 1];

function normalized(layout: readonly number[]): Layout {
  return layout.every((axis, i) => axis === i) ? undefined : layout;
}

export function sameLayout(a: Layout, b: Layout): boolean {
  return a === b || (a !== undefined && b !== undefined && a.join() === b.join());
}

export function axesOf(layout: Layout, rank: number): readonly number[] {
  return layout ?? Array.from({ length: rank }, (_, axis) => axis);
}

export function physicalShape(shape: readonly number[], layout: Layout): readonly number[] {
  return layout ? layout.map((axis) => shape[axis]!) : shape;
}

/** The permutation by which a Transpose turns memory laid out as `from` into memory laid out as `to`. */
export function permutationBetween(from: Layout, to: Layout, rank: number): readonly number[] {
  const source = axesOf(from, rank);
  return axesOf(to, rank).map((axis) => source.indexOf(axis));
}

/** The layout of transpose(x, permutation) when its memory is x's. */
export function transposedLayout(layout: Layout, permutation: readonly number[]): Layout {
  return normalized(axesOf(layout, permutation.length).map((axis) => permutation.indexOf(axis)));
}

/** The layout that is left when logical axes vanish from the shape and from memory. */
export function withoutAxes(layout: Layout, removed: readonly number[]): Layout {
  if (!layout) return undefined;
  const kept = layout.filter((axis) => !removed.includes(axis));
  return normalized(kept.map((axis) => axis - removed.filter((other) => other < axis).length));
}

/** Where the physical axis of each logical axis is. */
export function physicalAxes(layout: Layout, logical: readonly number[]): number[] {
  return logical.map((axis) => (layout ? layout.indexOf(axis) : axis));
}

/** Whether memory is in logical order all the same, because only axes of size 1 changed places. */
export function isTrivial(layout: Layout, shape: readonly number[]): boolean {
  const moving = layout?.filter((axis) => shape[axis] !== 1) ?? [];
  return moving.every((axis, i) => i === 0 || moving[i - 1]! < axis);
}

/** Copies values from a layout into logical order. */
export function inLogicalOrder<Values extends Float32Array | Int32Array | Uint8Array>(
  values: Values,
  shape: readonly number[],
  layout: Layout,
): Values {
  if (!layout || isTrivial(layout, shape)) return values;
  const result = values.slice() as Values;
  const strides = new Array<number>(shape.length).fill(0);
  let stride = 1;
  for (const axis of [...layout].reverse()) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  const copy = (axis: number, from: number, to: number): number => {
    const size = shape[axis]!;
    const step = strides[axis]!;
    if (axis === shape.length - 1) for (let i = 0; i < size; i += 1) result[to++] = values[from + i * step]!;
    else for (let i = 0; i < size; i += 1) to = copy(axis + 1, from + i * step, to);
    return to;
  };
  copy(0, 0, 0);
  return result;
}

/** Images [n, h, w, c] as they lie in the image layout, as new values. */
export function inImageLayout<Values extends Float32Array | Int32Array | Uint8Array>(
  values: Values,
  [count, rows, columns, channels]: readonly [number, number, number, number],
): Values {
  const laid = values.slice() as Values;
  const pixels = rows * columns;
  let to = 0;
  for (let image = 0; image < count; image += 1)
    for (let channel = 0; channel < channels; channel += 1)
      for (let pixel = 0, from = image * pixels * channels + channel; pixel < pixels; pixel += 1) {
        laid[to] = values[from]!;
        to += 1;
        from += channels;
      }
  return laid;
}

/**
 * How values from outside are laid out. What has few channels and many pixels is a batch of images, which every program
 * would lay out as such again, and whose attacks would begin with other programs than they go on with.
 */
export function uploadLayout(shape: readonly number[]): Layout {
  const [, rows = 0, columns = 0, channels = 0] = shape;
  return shape.length === 4 && rows >= 8 && columns >= 8 && channels <= 4 ? imageLayout : undefined;
}
