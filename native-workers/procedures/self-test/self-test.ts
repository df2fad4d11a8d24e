import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { SelfTestCheck } from '#contract/self-test.ts';
import type { Engine } from '#workers/engine/engine.ts';
import { networkCases } from './network-cases.ts';
import { operationCases } from './operation-cases.ts';
import type { SelfTestCase } from './self-test-case.ts';

/** JSON has no NaN and no infinities: these are stored by name. */
const referenceSchema = z.record(
  z.string(),
  z.array(z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)])),
);
type Reference = z.output<typeof referenceSchema>;

/** Computed once in plain JavaScript with float64 by code that shares nothing with any engine (tests/numerics/self-test). */
export const referenceFile = new URL('reference-numbers.json', import.meta.url);

const cases: readonly SelfTestCase[] = [...operationCases, ...networkCases];

/** How many questions there are. */
export const selfTestSize = cases.length;

/** Asks the current engine a few small questions and compares its answers with stored ones. */
export async function* selfTest(engine: Engine): AsyncGenerator<SelfTestCheck, void, void> {
  const reference = referenceSchema.parse(JSON.parse(readFileSync(referenceFile, 'utf8')));
  for (const asked of cases) yield await check(engine, asked, reference);
}

/** Stands for zero in a division; an engine may have the processor take anything smaller for zero itself. */
const smallestScale = 1e-30;

async function check(engine: Engine, asked: SelfTestCase, reference: Reference): Promise<SelfTestCheck> {
  const { name, tolerance } = asked;
  const expected = reference[name];
  if (expected === undefined) throw new Error(`There is no stored answer to "${name}".`);
  try {
    return compared({ name, tolerance }, await asked.answer(engine), expected);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name, tolerance, verdict: 'failed', reason };
  }
}

function compared(
  asked: Pick<SelfTestCheck, 'name' | 'tolerance'>,
  actual: Float32Array,
  expected: readonly number[],
): SelfTestCheck {
  if (actual.length !== expected.length) {
    const reason = `${expected.length} numbers were expected, ${actual.length} came.`;
    return { ...asked, verdict: 'failed', reason };
  }
  const strange = expected.findIndex(
    (value, i) => !Number.isFinite(value - actual[i]!) && !Object.is(value, actual[i]),
  );
  if (strange >= 0) {
    const reason = `Number ${strange + 1} should be ${expected[strange]}, but is ${actual[strange]}.`;
    return { ...asked, verdict: 'failed', reason };
  }
  const finite = expected.flatMap((value, i) =>
    Number.isFinite(value) ? [{ value, seen: actual[i]! }] : [],
  );
  const scale = finite.reduce((most, { value }) => Math.max(most, Math.abs(value)), 0);
  const difference = finite.reduce((most, { value, seen }) => Math.max(most, Math.abs(value - seen)), 0);
  const error = difference / Math.max(scale, smallestScale);
  return { ...asked, error, verdict: error <= asked.tolerance ? 'passed' : 'failed' };
}
