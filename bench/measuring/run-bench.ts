import { describeCase, ratiosOf, type CaseResult, type Headline } from './case.ts';
import { compare, type Comparison } from './compare.ts';
import { currentLoad, describeMachine } from './machine.ts';
import { openScratch, type Scratch } from './materials.ts';

/** What the parts of one bench share. */
export type Bench = {
  readonly scratch: Scratch;
  readonly say: (line: string) => void;
  /** What could not be measured, and why. */
  readonly leaveOut: (what: string) => void;
  /** Measures, says and keeps a case. */
  readonly measure: (comparison: Comparison) => Promise<CaseResult>;
};
export type BenchResult = {
  readonly ratios: Partial<Record<CaseResult['measure'], number>>;
  readonly definition: string;
  readonly machine: object;
  /** Processes that wanted to run in the minute before the bench, and in its last one. */
  readonly load: readonly [before: number, after: number];
  readonly seconds: number;
  readonly leftOut: readonly string[];
  readonly cases: readonly CaseResult[];
};

/** Of two cores; figures taken beside other work are no figures. */
const quietLoad = 0.5;

export async function runBench(
  settings: { readonly headline: Headline; readonly say: (line: string) => void },
  measureAll: (bench: Bench) => Promise<void>,
): Promise<BenchResult> {
  const { headline, say } = settings;
  const cases: CaseResult[] = [];
  const leftOut = new Set<string>();
  const load = currentLoad();
  if (load > quietLoad) say(`The machine is not quiet (load ${load}): take these figures for a trial.`);
  const start = performance.now();
  const scratch = openScratch();
  try {
    await measureAll({
      scratch,
      say,
      leaveOut: (what) => {
        if (!leftOut.has(what)) say(`Left out: ${what}`);
        leftOut.add(what);
      },
      measure: async (comparison) => {
        const result = await compare(comparison);
        say(describeCase(result));
        cases.push(result);
        return result;
      },
    });
  } finally {
    scratch.remove();
  }
  return {
    ratios: ratiosOf(cases, headline),
    definition: headline.definition,
    machine: describeMachine(),
    load: [load, currentLoad()],
    seconds: Math.round((performance.now() - start) / 1000),
    leftOut: [...leftOut],
    cases,
  };
}
