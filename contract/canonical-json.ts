/**
 * The one text of a value (RFC 8785, JSON Canonicalization Scheme): keys sorted by UTF-16 code units, no white space,
 * numbers as ECMAScript writes them (-0 as 0), strings as given, without unicode normalisation.
 * Absent and `undefined` fields are the same. Throws a TypeError for anything that JSON cannot say exactly.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'string':
      if (!value.isWellFormed())
        throw new TypeError('A canonical text cannot hold half of a surrogate pair.');
      return JSON.stringify(value);
    case 'number':
      if (Number.isFinite(value)) return JSON.stringify(value);
      throw new TypeError(`A canonical number must be finite, got ${value}.`);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value);
    default:
      throw new TypeError(`A canonical value is JSON, got ${typeof value}.`);
  }
}

/** Not `map`, which would pass over holes. */
const canonicalArray = (values: readonly unknown[]): string =>
  `[${Array.from(values, canonicalJson).join(',')}]`;

function canonicalObject(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`A canonical object is a plain object, got a ${value.constructor.name}.`);
  const fields = Object.keys(value)
    // By UTF-16 code units, which is what `sort` does with texts.
    .sort()
    .flatMap((key) => {
      const field = (value as Readonly<Record<string, unknown>>)[key];
      return field === undefined ? [] : [`${canonicalJson(key)}:${canonicalJson(field)}`];
    });
  return `{${fields.join(',')}}`;
}
