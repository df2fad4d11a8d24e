import type { Progress } from '#contract/views.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';

export type ProgressEvent = Extract<WorkerEvent, { kind: 'progress' }>;

/** How fast an attempt goes on: an exponentially weighted mean, so that a slow start is forgotten. */
export type Pace = {
  readonly at: number;
  readonly latest: ProgressEvent;
  /** Sum of rates and sum of weights; their quotient is not pulled towards zero while few samples are in. */
  readonly weightedRate: number;
  readonly weight: number;
};

/** After this time a rate counts half. */
const halfLifeMs = 20_000;

/** Takes one more sample. Another unit, or counting again from a lower number, starts anew. */
export function updatePace(pace: Pace | undefined, latest: ProgressEvent, at: number): Pace {
  if (pace?.latest.unit !== latest.unit || latest.done < pace.latest.done)
    return { at, latest, weightedRate: 0, weight: 0 };
  const elapsedMs = at - pace.at;
  if (elapsedMs <= 0) return pace;
  const kept = 0.5 ** (elapsedMs / halfLifeMs);
  const perSecond = ((latest.done - pace.latest.done) * 1000) / elapsedMs;
  return {
    at,
    latest,
    weightedRate: kept * pace.weightedRate + (1 - kept) * perSecond,
    weight: kept * pace.weight + (1 - kept),
  };
}

export function progressAt({ latest, weightedRate, weight }: Pace): Progress {
  const perSecond = weight > 0 && weightedRate > 0 ? weightedRate / weight : undefined;
  return {
    done: latest.done,
    total: latest.total,
    unit: latest.unit,
    note: latest.note,
    perSecond,
    secondsLeft: perSecond === undefined ? undefined : Math.max(0, latest.total - latest.done) / perSecond,
  };
}
