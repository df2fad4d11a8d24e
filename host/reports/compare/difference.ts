import type { DifferenceRow, DifferenceView, PairedComparison } from '#contract/compare.ts';
import { holm } from '../statistics/significance.ts';
import { measureSeeds } from '../statistics/seed-spread.ts';
import type { SeedTest } from '../study/answered-examples.ts';
import { compareGroups, type RawComparison } from '../study/compare-groups.ts';
import {
  significance,
  type Answer,
  type ComparedRuns,
  type Group,
  type Question,
} from '../study/compared-runs.ts';
import { measureView } from './measure-view.ts';

export type DifferenceOptions = { readonly baseline: Group; readonly test?: SeedTest };

/** Every group against one of them, over their common seeds. Holm's correction goes over all rows. */
export function differences(
  { groups }: ComparedRuns,
  question: Question,
  { baseline, test = 'paired t' }: DifferenceOptions,
): DifferenceView {
  const base = baseline.answers.get(question.id);
  const others = groups.filter((group) => group.id !== baseline.id && group.answers.has(question.id));
  const found = others.map((group) => {
    const answer = group.answers.get(question.id);
    const isComparable = base !== undefined && answer !== undefined;
    return {
      group,
      difference: isComparable ? measureSeeds(perSeed(answer, base)) : undefined,
      raw: isComparable ? compareGroups(answer.correctness, base.correctness, test) : undefined,
    };
  });
  const comparisons = correctPaired(found.map(({ raw }) => raw));
  return {
    measure: measureView(question),
    baseline: baseline.id,
    rows: found.map(({ group: { id, label, density }, difference }, index): DifferenceRow => ({
      group: id,
      label,
      density,
      difference,
      comparison: comparisons[index],
    })),
  };
}

function perSeed({ perRun }: Answer, base: Answer): number[] {
  const bySeed = new Map(base.perRun.map(({ run, proportion }) => [run.seed, proportion.value]));
  return perRun.flatMap(({ run, proportion }) => {
    const before = bySeed.get(run.seed);
    return before === undefined ? [] : [proportion.value - before];
  });
}

/** In the given order; what could not be compared stays out of the correction. */
export function correctPaired(
  raw: readonly (RawComparison | undefined)[],
): readonly (PairedComparison | undefined)[] {
  const adjusted = holm(raw.flatMap((each) => each?.p ?? [])).values();
  return raw.map((each) => {
    if (each === undefined) return undefined;
    const p = adjusted.next().value ?? 1;
    return { test: each.test, rawP: each.p, p, isNoise: p > significance };
  });
}
