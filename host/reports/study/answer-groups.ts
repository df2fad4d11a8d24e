import { holm } from '../statistics/significance.ts';
import { measureProportion } from '../statistics/proportion.ts';
import { measureSpread } from '../statistics/spread.ts';
import { retentionOf, type Evaluation } from '../views/evaluation.ts';
import type { Correctness } from './answered-examples.ts';
import { compareGroups, type RawComparison } from './compare-groups.ts';
import { correctnessOf } from './correctness.ts';
import { denseGroupOf } from './dense-group.ts';
import { significance, type Answer, type Group, type Question, type ReportRun } from './compared-runs.ts';

export type GroupEvidence = {
  readonly group: Group;
  readonly evaluations: readonly { readonly run: ReportRun; readonly evaluations: readonly Evaluation[] }[];
};

/** One group in one column. */
type Cell = {
  readonly group: Group;
  readonly runs: ReadonlyMap<number, ReportRun>;
  readonly correctness: Correctness;
};

/** Fills in the answers, column by column: what is compared stands in one column. */
export function answerGroups(evidence: readonly GroupEvidence[], questions: readonly Question[]): Group[] {
  const columns = questions.map((question) => [question.id, answerColumn(evidence, question)] as const);
  return evidence.map(({ group }) => ({
    ...group,
    answers: new Map(
      columns.flatMap(([id, answers]) => {
        const answer = answers.get(group.id);
        return answer === undefined ? [] : [[id, answer] as const];
      }),
    ),
  }));
}

function answerColumn(evidence: readonly GroupEvidence[], question: Question): Map<string, Answer> {
  const cells = evidence.map((each) => cellOf(each, question)).filter((cell) => cell.correctness.size > 0);
  const best = bestOf(cells);
  const comparisons = compareWithDense(cells);
  return new Map(
    cells.map((cell) => [
      cell.group.id,
      {
        ...measureCell(cell),
        retention: measureRetention(cell, denseCellOf(cell, cells)),
        versusDense: comparisons.get(cell),
        isBest: cell === best,
      },
    ]),
  );
}

function cellOf({ group, evaluations }: GroupEvidence, question: Question): Cell {
  const found = evaluations.flatMap(({ run, evaluations: own }) => {
    const answered = correctnessOf(own, question);
    return answered === undefined ? [] : [{ run, answered }];
  });
  return {
    group,
    runs: new Map(found.map(({ run }) => [run.seed, run])),
    correctness: new Map(found.map(({ run, answered }) => [run.seed, answered])),
  };
}

function measureCell(cell: Cell): Pick<Answer, 'spread' | 'proportion' | 'perRun' | 'correctness'> {
  const perRun = [...cell.correctness].flatMap(([seed, { correct }]) => {
    const run = cell.runs.get(seed);
    return run === undefined ? [] : [{ run, proportion: measureProportion(sum(correct), correct.length) }];
  });
  const spread = measureSpread(perRun.map(({ proportion }) => proportion.value)) ?? missing();
  const total = perRun[0]?.proportion.total ?? 0;
  return {
    spread,
    perRun,
    correctness: cell.correctness,
    proportion: measureProportion(Math.min(total, spread.mean * total), total),
  };
}

function denseCellOf({ group }: Cell, cells: readonly Cell[]): Cell | undefined {
  const dense = denseGroupOf(
    group,
    cells.map((cell) => cell.group),
  );
  return cells.find((cell) => cell.group === dense);
}

function measureRetention(cell: Cell, dense: Cell | undefined): Answer['retention'] {
  const shareOf = ({ correct }: { readonly correct: Uint8Array }) =>
    measureProportion(sum(correct), correct.length);
  const ratios = [...cell.correctness].flatMap(([seed, own]) => {
    const twin = dense?.correctness.get(seed);
    const ratio = twin && retentionOf(shareOf(own), shareOf(twin));
    return ratio === undefined ? [] : [ratio];
  });
  return measureSpread(ratios);
}

/** Holm's correction runs over the whole column: as many comparisons as there are pruned groups. */
function compareWithDense(cells: readonly Cell[]): Map<Cell, NonNullable<Answer['versusDense']>> {
  const raw = cells.flatMap((cell) => {
    const dense = denseCellOf(cell, cells);
    const comparison = dense === undefined ? undefined : compareGroups(cell.correctness, dense.correctness);
    return comparison === undefined ? [] : [{ cell, comparison }];
  });
  return new Map(corrected(raw));
}

function corrected(raw: readonly { readonly cell: Cell; readonly comparison: RawComparison }[]) {
  const adjusted = holm(raw.map(({ comparison }) => comparison.p));
  return raw.map(({ cell, comparison }, index) => {
    const p = adjusted[index] ?? 1;
    return [cell, { test: comparison.test, p, isNoise: p > significance }] as const;
  });
}

/** The best group where it differs significantly from all others, Holm's correction included; else nobody. */
function bestOf(cells: readonly Cell[]): Cell | undefined {
  const [first, ...others] = [...cells].sort((left, right) => meanOf(right) - meanOf(left));
  if (first === undefined || others.length === 0) return undefined;
  const raw = others.map((cell) => compareGroups(first.correctness, cell.correctness)?.p ?? 1);
  return holm(raw).every((p) => p <= significance) ? first : undefined;
}

const meanOf = (cell: Cell): number => measureCell(cell).spread.mean;

const sum = (bytes: Uint8Array): number => bytes.reduce((total, value) => total + value, 0);

function missing(): never {
  throw new Error('A cell without answers was measured.');
}
