import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

/** Tiny sizes and no peer: what the benches call may change, and they are run by hand too seldom to notice. */
it.each([
  ['engine', ['forward', 'pgdStep', 'trainingStep']],
  ['certify', ['intervalBounds', 'crownBounds', 'learnedScoresEpoch']],
])('bench %s runs in its smoke form and ends with one line of JSON', async (bench, measures) => {
  const args = [join(import.meta.dirname, 'main.ts'), bench, '--smoke', '--json'];
  const { stdout } = await run(process.execPath, args);
  const { ratios, cases } = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as {
    readonly ratios: object;
    readonly cases: readonly { readonly measure: string; readonly oursMs: number }[];
  };
  expect(ratios).toEqual({});
  expect(cases.map(({ measure }) => measure)).toEqual(measures);
  for (const { oursMs } of cases) expect(oursMs).toBeGreaterThan(0);
});
