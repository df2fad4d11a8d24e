import type { MetricPoints } from '#contract/metric.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';

/** Says the same with fewer events: only the last progress counts, and metric events between others become one. */
export function compactEvents(events: readonly WorkerEvent[]): WorkerEvent[] {
  const lastProgress = events.findLastIndex((event) => event.kind === 'progress');
  const compact: WorkerEvent[] = [];
  let gathered: MetricPoints[] = [];
  const close = (): void => {
    if (gathered.length > 0) compact.push({ kind: 'metric', points: mergePoints(gathered) });
    gathered = [];
  };
  events.forEach((event, index) => {
    if (event.kind === 'metric') gathered.push(...event.points);
    else if (event.kind !== 'progress') {
      close();
      compact.push(event);
    } else if (index === lastProgress) compact.push(event);
  });
  close();
  return compact;
}

/** One entry per series, in the order in which the series first came. */
function mergePoints(points: readonly MetricPoints[]): MetricPoints[] {
  return [...Map.groupBy(points, ({ name }) => name)].map(([name, parts]) => ({
    name,
    steps: Int32Array.from(parts.flatMap(({ steps }) => [...steps])),
    values: Float64Array.from(parts.flatMap(({ values }) => [...values])),
  }));
}
