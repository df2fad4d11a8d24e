import { certificateName } from '#contract/certificate.ts';
import type { RunRow } from '#contract/views.ts';
import type { ReadableStore, StoredRun } from '#host/store/store.ts';
import { certificateOf, readEvaluations, type Evaluation } from './evaluation.ts';
import { isOfOneMeasurement, namedOpenWorldMetrics } from './open-world-metrics.ts';
import { findContradictions } from './sandwich.ts';
import { worstCaseCards } from './worst-case.ts';

/** Rows of the runs table, of which no number is shown that the cards refuse. */
export type RunRows = (runs: readonly StoredRun[]) => RunRow[];

export type RunRowOptions = {
  /** How long one call may read outcomes; left out: until all are read. */
  readonly budgetMs?: number;
  /** Called when the budget left some runs unread: the next call goes on with them. */
  readonly onUnread?: () => void;
};

/**
 * Reads outcomes only of runs whose attacks share a ball, or whose certificates meet an attack or one another, and of each once: an evaluation that is
 * done never changes. A run that is not read yet has no certified number.
 */
export function readRunRows(store: ReadableStore, options: RunRowOptions = {}): RunRows {
  const { budgetMs = Number.POSITIVE_INFINITY, onUnread } = options;
  const known = new Map<string, { readonly found: number; readonly own: Corrections }>();
  const correctionsFor = (run: StoredRun, isInTime: () => boolean): Corrections | undefined => {
    const found = Object.keys(run.metrics).length;
    const before = known.get(run.key);
    if (before?.found === found) return before.own;
    if (!mayNeedCorrection(run)) return nothing;
    if (!isInTime()) return undefined;
    const stages = store.stagesOfRun(run.key);
    const own = correctionsOf(readEvaluations(store, stages), namedOpenWorldMetrics(store, stages));
    known.set(run.key, { found, own });
    return own;
  };
  return (runs) => {
    const end = performance.now() + budgetMs;
    const read = runs.map((run) => ({ run, own: correctionsFor(run, () => performance.now() < end) }));
    if (read.some(({ own }) => own === undefined)) onUnread?.();
    return read.map(({ run, own }) => (own === undefined ? withheldRow(run) : correctRow(run, own)));
  };
}

/** Nothing is said of certificates before it is known whether an attack contradicts them. */
const withheldRow = ({ stages: _stages, ...row }: StoredRun): RunRow => ({
  ...row,
  metrics: Object.fromEntries(
    Object.entries(row.metrics).filter(
      ([name]) => !/^(?:certified|margin)\./.test(name) && !isOfOneMeasurement(name),
    ),
  ),
});

/** The row of a run whose evaluations are at hand. */
export const runRowOf = (
  run: StoredRun,
  evaluations: readonly Evaluation[],
  openWorld: Readonly<Record<string, number>>,
): RunRow => correctRow(run, correctionsOf(evaluations, openWorld));

type Corrections = {
  /** Metrics that an attack has refuted. */
  readonly refused: readonly string[];
  /** Worst cases, and what each open-world measurement found, by metric name. */
  readonly added: Readonly<Record<string, number>>;
};
const nothing: Corrections = { refused: [], added: {} };

/** Names of attacks and certificates end in their ball. */
function mayNeedCorrection({ metrics }: StoredRun): boolean {
  const names = Object.keys(metrics);
  if (names.some(isOfOneMeasurement)) return true;
  const attacks = names.filter((name) => name.startsWith('attacked.'));
  const balls = new Set(attacks.map((name) => name.split(' ').slice(-2).join(' ')));
  const certificates = names.filter((name) => name.startsWith('certified.'));
  return balls.size < attacks.length || (certificates.length > 0 && attacks.length + certificates.length > 1);
}

function correctionsOf(
  evaluations: readonly Evaluation[],
  openWorld: Readonly<Record<string, number>>,
): Corrections {
  const certificates = findContradictions(evaluations).flatMap(
    ({ certificate }) => certificateOf(certificate) ?? [],
  );
  const names = [...new Set(certificates.map(certificateName))];
  return {
    refused: names.flatMap((name) => [`certified.${name}`, `margin.${name}`]),
    added: {
      ...openWorld,
      ...Object.fromEntries(
        worstCaseCards(evaluations, []).flatMap(({ label, attacked }) =>
          attacked === undefined ? [] : [[`attacked.${label}`, attacked.value]],
        ),
      ),
    },
  };
}

function correctRow({ stages: _stages, ...row }: StoredRun, { refused, added }: Corrections): RunRow {
  const kept = Object.entries(row.metrics).filter(
    ([name]) => !refused.includes(name) && !isOfOneMeasurement(name),
  );
  return {
    ...row,
    metrics: { ...Object.fromEntries(kept), ...added },
    ...(refused.length > 0 && { refused }),
  };
}
