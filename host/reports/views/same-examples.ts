/** What is compared example by example was asked of the same examples, in one order. */
export const isSameExamples = (one: Uint32Array, other: Uint32Array): boolean =>
  one.length === other.length && one.every((example, index) => example === other[index]);
