import type { OnnxAttribute, OnnxConstant, OnnxDomain, OnnxDtype, OnnxNode } from '../writer.ts';

/** Collects the nodes of a model. The same operation on the same inputs is emitted once. */
export type Emitter = {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  emit(op: string, inputs: readonly string[], settings?: EmitSettings): string;
  emitAll(
    op: string,
    inputs: readonly string[],
    settings: EmitSettings & { readonly count: number },
  ): string[];
  /** A value of its own, equal to the one named. */
  copy(name: string): string;
  /** The node that gives a value, unless it is an input or a constant. */
  producer(name: string): OnnxNode | undefined;
  constant(constant: Omit<OnnxConstant, 'name'>): string;
  /** A list of whole numbers, as shapes, axes and starts are given. */
  integers(values: readonly number[]): string;
  scalar(value: number, dtype: OnnxDtype): string;
};
type EmitSettings = {
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  readonly domain?: OnnxDomain;
};

export function createEmitter(): Emitter {
  const nodes: OnnxNode[] = [];
  const constants: OnnxConstant[] = [];
  const emitted = new Map<string, string[]>();
  const producers = new Map<string, OnnxNode>();
  const add = (node: OnnxNode): void => {
    nodes.push(node);
    for (const output of node.outputs) producers.set(output, node);
  };

  /** By itself with more outputs: someone asked for the first ones before. */
  const replace = (node: OnnxNode): void => {
    nodes[nodes.findIndex(({ name }) => name === node.name)] = node;
    for (const output of node.outputs) producers.set(output, node);
  };

  const emitAll: Emitter['emitAll'] = (op, inputs, { attributes = {}, domain, count }) => {
    const key = JSON.stringify([op, domain, inputs, attributes]);
    const known = emitted.get(key);
    if (known && known.length >= count) return known;
    const name = known?.[0] ?? `${op}_${nodes.length}`;
    const outputs = Array.from({ length: count }, (_, i) => (i === 0 ? name : `${name}.${i}`));
    const node = { name, op, inputs, outputs, attributes, ...(domain && { domain }) };
    if (known) replace(node);
    else add(node);
    emitted.set(key, outputs);
    return outputs;
  };
  const constant: Emitter['constant'] = (described) => {
    const name = `constant_${constants.length}`;
    constants.push({ ...described, name });
    return name;
  };
  const small = (dtype: OnnxDtype, shape: readonly number[], values: readonly number[]): string => {
    const key = `${dtype}[${shape.join()}]${values.map((value) => (Object.is(value, -0) ? '-0' : value)).join()}`;
    const known = emitted.get(key);
    if (known) return known[0]!;
    const name = constant({ dtype, shape, bytes: bytesOf(dtype, values) });
    emitted.set(key, [name]);
    return name;
  };
  return {
    nodes,
    constants,
    emitAll,
    emit: (op, inputs, settings) => emitAll(op, inputs, { ...settings, count: 1 })[0]!,
    copy: (original) => {
      const name = `Identity_${nodes.length}`;
      add({ name, op: 'Identity', inputs: [original], outputs: [name], attributes: {} });
      return name;
    },
    producer: (name) => producers.get(name),
    constant,
    integers: (values) => small('int64', [values.length], values),
    scalar: (value, dtype) => small(dtype, [], [value]),
  };
}

function bytesOf(dtype: OnnxDtype, values: readonly number[]): Uint8Array {
  switch (dtype) {
    case 'float32':
      return new Uint8Array(Float32Array.from(values).buffer);
    case 'int32':
      return new Uint8Array(Int32Array.from(values).buffer);
    case 'int64':
      return new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    case 'bool':
      return Uint8Array.from(values);
  }
}
