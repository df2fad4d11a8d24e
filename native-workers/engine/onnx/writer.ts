/** What an ONNX model consists of, as far as this engine writes one (onnx.proto3; field numbers are the format's). */
export type OnnxModel = {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly inputs: readonly OnnxValueType[];
  readonly outputs: readonly OnnxValueType[];
};
export type OnnxNode = {
  readonly name: string;
  readonly op: string;
  /** Left out for the standard operators. */
  readonly domain?: OnnxDomain;
  /** An empty name stands for an optional input that is not given. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
};
export type OnnxDomain = 'com.microsoft' | 'com.microsoft.nchwc';
/** A whole number; a real one as `{real}`; text; or a list of whole numbers. */
export type OnnxAttribute = number | string | readonly number[] | { readonly real: number };
export type OnnxDtype = 'float32' | 'int32' | 'int64' | 'bool';
export type OnnxValueType = {
  readonly name: string;
  readonly dtype: OnnxDtype;
  /** A size that is known only when the model runs has a name. */
  readonly shape: readonly (number | string)[];
};
export type OnnxConstant = {
  readonly name: string;
  readonly dtype: OnnxDtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
};

const irVersion = 8;
const opset = 18;
const domainVersions = { '': opset, 'com.microsoft': 1, 'com.microsoft.nchwc': 1 };
const dtypeCodes: Record<OnnxDtype, number> = { float32: 1, int32: 6, int64: 7, bool: 9 };
const attributeCodes = { real: 1, integer: 2, text: 3, integers: 7 };

export function writeModel(model: OnnxModel): Uint8Array {
  return gather([
    integer(1, irVersion),
    text(2, 'redoubt'),
    message(7, graph(model)),
    ...Object.entries(domainVersions).map(([domain, version]) =>
      message(8, [text(1, domain), integer(2, version)]),
    ),
  ]);
}

type Field = { readonly parts: readonly Uint8Array[]; readonly length: number };

function graph({ nodes, constants, inputs, outputs }: OnnxModel): Field[] {
  return [
    ...nodes.map((each) => message(1, node(each))),
    text(2, 'pending'),
    ...constants.map((each) => message(5, constant(each))),
    ...inputs.map((each) => message(11, valueType(each))),
    ...outputs.map((each) => message(12, valueType(each))),
  ];
}

function node({ name, op, domain, inputs, outputs, attributes }: OnnxNode): Field[] {
  return [
    ...inputs.map((input) => text(1, input)),
    ...outputs.map((output) => text(2, output)),
    text(3, name),
    text(4, op),
    ...Object.entries(attributes).map(([key, value]) => message(5, attribute(key, value))),
    ...(domain ? [text(7, domain)] : []),
  ];
}

function attribute(name: string, value: OnnxAttribute): Field[] {
  if (typeof value === 'number')
    return [text(1, name), integer(3, value), integer(20, attributeCodes.integer)];
  if (typeof value === 'string') return [text(1, name), text(4, value), integer(20, attributeCodes.text)];
  if ('real' in value) return [text(1, name), real(2, value.real), integer(20, attributeCodes.real)];
  return [text(1, name), ...value.map((each) => integer(8, each)), integer(20, attributeCodes.integers)];
}

function constant({ name, dtype, shape, bytes }: OnnxConstant): Field[] {
  return [
    ...shape.map((size) => integer(1, size)),
    integer(2, dtypeCodes[dtype]),
    text(8, name),
    raw(9, bytes),
  ];
}

function valueType({ name, dtype, shape }: OnnxValueType): Field[] {
  const dimensions = shape.map((size) =>
    message(1, [typeof size === 'number' ? integer(1, size) : text(2, size)]),
  );
  const tensorType = [integer(1, dtypeCodes[dtype]), message(2, dimensions)];
  return [text(1, name), message(2, [message(1, tensorType)])];
}

const wireTypes = { varint: 0, lengthDelimited: 2, fixed32: 5 };
const encoder = new TextEncoder();

function integer(field: number, value: number): Field {
  return join([varint(field * 8 + wireTypes.varint), varint(value)]);
}

function real(field: number, value: number): Field {
  return join([varint(field * 8 + wireTypes.fixed32), new Uint8Array(Float32Array.of(value).buffer)]);
}

function text(field: number, value: string): Field {
  return raw(field, encoder.encode(value));
}

function raw(field: number, bytes: Uint8Array): Field {
  return join([varint(field * 8 + wireTypes.lengthDelimited), varint(bytes.length), bytes]);
}

function message(field: number, fields: readonly Field[]): Field {
  const parts = fields.flatMap((each) => each.parts);
  const length = fields.reduce((sum, each) => sum + each.length, 0);
  return join([varint(field * 8 + wireTypes.lengthDelimited), varint(length), ...parts]);
}

/** Seven bits a byte, least first; negative numbers as 64-bit two's complement, as protobuf's int64. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function join(parts: readonly Uint8Array[]): Field {
  return { parts, length: parts.reduce((sum, part) => sum + part.length, 0) };
}

function gather(fields: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, field) => sum + field.length, 0));
  let at = 0;
  for (const part of fields.flatMap((field) => field.parts)) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
