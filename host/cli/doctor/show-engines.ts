import pc from 'picocolors';
import { exitCodes } from '../exit-codes.ts';
import { plainTable } from '../tables/plain-table.ts';
import { wrapped } from '../tables/wrapped.ts';
import { testEngines, type EngineFinding } from './test-engines.ts';

/** Prints what every engine computes, and why the others cannot; an available engine that computes wrongly is a failure. */
export async function showEngines(findings: AsyncIterable<EngineFinding> = testEngines()): Promise<void> {
  const table = plainTable(
    ['device', 'engine', 'checks', 'greatest error', 'seconds', 'state'],
    ['left', 'left', 'right', 'right', 'right'],
  );
  const remarks: string[] = [];
  for await (const finding of findings) {
    table.push(rowOf(finding));
    if (finding.kind !== 'passed') remarks.push(`\n${finding.engine} on ${finding.name}: ${finding.reason}`);
    if (finding.kind === 'failed') process.exitCode = exitCodes.someFailed;
  }
  console.log(table.toString());
  for (const remark of remarks) console.log(wrapped(remark));
}

function rowOf(finding: EngineFinding): string[] {
  const { name, engine } = finding;
  switch (finding.kind) {
    case 'passed':
      return [name, engine, ...checked(finding), finding.seconds.toFixed(1), pc.green('passed')];
    case 'failed':
      return [name, engine, ...checked(finding), '', pc.red('failed')];
    case 'unavailable':
      return [name, engine, '', '', '', pc.dim('unavailable')];
  }
}

/** `19 of 19`, and the greatest difference relative to the greatest number of its check. */
function checked({ checks }: Extract<EngineFinding, { kind: 'passed' | 'failed' }>): string[] {
  const passed = checks.filter(({ verdict }) => verdict === 'passed').length;
  const errors = checks.flatMap(({ error }) => error ?? []);
  return [`${passed} of ${checks.length}`, errors.length === 0 ? '' : Math.max(...errors).toExponential(1)];
}
