/** Test images, named by their place in a test file, and what they show. */
export type TestExamples = { readonly examples: Uint32Array; readonly labels: Uint16Array };

/**
 * What is compared example by example was asked of the same examples, in one order. Places alone do not tell: those
 * of another dataset's test file begin at 0 too.
 */
export const isSameExamples = (one: TestExamples, other: TestExamples): boolean =>
  isSame(one.examples, other.examples) && isSame(one.labels, other.labels);

const isSame = (one: Uint32Array | Uint16Array, other: Uint32Array | Uint16Array): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index]);
