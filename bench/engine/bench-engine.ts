import { benchAdversarialEpoch } from './adversarial-epoch.ts';
import { benchAttackEvaluations } from './attack-evaluation.ts';
import { benchSteps } from './steps.ts';
import { definition, ratiosOf, type CaseResult } from '../measuring/case.ts';
import { currentLoad, describeMachine } from '../measuring/machine.ts';
import { openScratch, type Scratch } from '../measuring/materials.ts';
import type { EngineBenchOptions } from './settings.ts';

/** What the parts of a bench share. */
export type Bench = {
  readonly options: EngineBenchOptions;
  readonly scratch: Scratch;
  /** What could not be measured, and why. */
  readonly leaveOut: (what: string) => void;
  /** Says a case as soon as it is measured. */
  readonly report: (result: CaseResult) => void;
};

export type EngineBenchResult = {
  readonly ratios: Partial<Record<CaseResult['measure'], number>>;
  readonly definition: string;
  readonly machine: object;
  readonly load: readonly [before: number, after: number];
  readonly seconds: number;
  readonly leftOut: readonly string[];
  readonly cases: readonly CaseResult[];
};

/** Every side runs at the same time and is asked in turn; see docs in bench/README.md. */
export async function benchEngine(options: EngineBenchOptions): Promise<EngineBenchResult> {
  const cases: CaseResult[] = [];
  const leftOut = new Set<string>();
  const load = currentLoad();
  const start = performance.now();
  const scratch = openScratch();
  const bench: Bench = {
    options,
    scratch,
    leaveOut: (what) => {
      if (!leftOut.has(what)) options.say(`Left out: ${what}`);
      leftOut.add(what);
    },
    report: (result) => cases.push(result),
  };
  try {
    await benchSteps(bench);
    await benchAttackEvaluations(bench);
    await benchAdversarialEpoch(bench);
  } finally {
    scratch.remove();
  }
  return {
    ratios: ratiosOf(cases),
    definition,
    machine: describeMachine(),
    load: [load, currentLoad()],
    seconds: Math.round((performance.now() - start) / 1000),
    leftOut: [...leftOut],
    cases,
  };
}
