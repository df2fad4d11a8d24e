import { dispose, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { PgdAttack } from '#contract/attack.ts';
import type { Ball } from '#contract/quantities.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { showAt } from './ascent.ts';
import { attackStep, type Stride } from './attack-step.ts';
import { padRows } from './batch-width.ts';
import { imageSize, pickRows } from './image-rows.ts';
import { openLanes, type Lanes } from './lanes.ts';
import type { SearchRequest } from './search-request.ts';
import type { Witnesses } from './witnesses.ts';

/** A climb that shows the witnesses every iterate, the first and the last included. */
export type Walk = {
  readonly loss: PgdAttack['loss'];
  readonly goal: 'leave' | 'reach';
  readonly stepSize: number;
  readonly steps: number;
  /** First iterates of the given rows, row by row. */
  readonly startsOf: (rows: readonly number[]) => Float32Array;
};

/** The request of any attack that walks in a ball. */
type WalkRequest = Omit<SearchRequest, 'attack'> & { readonly attack: Ball };

/** Where the open examples are. */
type Position = {
  readonly lanes: Lanes;
  readonly center: Tensor4D;
  readonly watched: Tensor2D;
  points: Tensor4D;
};

/**
 * Walks with the open examples, in ever narrower lanes as they are left; says after each step how many are to come.
 * The logits that decide who is left come from the pass that gives the gradient, so deciding costs their reading alone.
 */
export async function* walk(
  request: WalkRequest,
  witnesses: Witnesses,
  settings: Walk,
): AsyncGenerator<number, void, void> {
  const rows = witnesses.open();
  if (rows.length === 0) return;
  let position = takePosition(request, witnesses, { settings, rows, starts: settings.startsOf(rows) });
  try {
    for (let step = 0; step < settings.steps && witnesses.open().length > 0; step += 1) {
      if (position.lanes.areTooWide())
        position = await moveTogether(position, { request, witnesses, settings });
      await takeStep(position, strideAt(position, request, settings));
      yield settings.steps - step - 1;
    }
    if (witnesses.open().length > 0) await lookAround(position, strideAt(position, request, settings));
    await position.lanes.handOver();
  } finally {
    leave(position);
  }
}

type Placing = {
  readonly settings: Walk;
  readonly rows: readonly number[];
  /** Row by row of `rows`. */
  readonly starts: Float32Array;
};

function takePosition(
  { graph, images, labels, targets }: WalkRequest,
  witnesses: Witnesses,
  { settings, rows, starts }: Placing,
): Position {
  const size = imageSize(graph);
  const lanes = openLanes(graph, witnesses, rows);
  const classes = settings.goal === 'leave' ? labels : targets;
  return {
    lanes,
    center: imageTensor(graph, pickRows(images, lanes.rows, size)),
    watched: oneHotTensor(
      Int32Array.from(lanes.rows, (row) => classes[row]!),
      graph.classCount,
    ),
    points: imageTensor(graph, pickRows(starts, padRows([...rows.keys()]), size)),
  };
}

function strideAt({ center, watched }: Position, request: WalkRequest, settings: Walk): Stride {
  const { graph, parameters, attack, companion } = request;
  return { ...settings, graph, parameters, watched, center, ball: attack, ...(companion && { companion }) };
}

async function takeStep(position: Position, stride: Stride): Promise<void> {
  const { lanes, points } = position;
  const { next, shown } = attackStep(points, stride);
  await lanes.consider(points, shown);
  position.points = next;
  dispose([points, shown]);
}

/** Shows the last iterate, from which no step is taken. */
async function lookAround({ lanes, points }: Position, stride: Stride): Promise<void> {
  const shown = showAt(points, stride);
  await lanes.consider(points, shown);
  shown.dispose();
}

type Journey = {
  readonly request: WalkRequest;
  readonly witnesses: Witnesses;
  readonly settings: Walk;
};

/** Goes on from the same points without the examples that have been left. */
async function moveTogether(position: Position, journey: Journey): Promise<Position> {
  const { request, witnesses, settings } = journey;
  const { lanes, points } = position;
  const values = (await points.data()) as Float32Array;
  await lanes.handOver();
  const kept = lanes.rows.slice(0, lanes.count).flatMap((row, lane) => (witnesses.isOpen(row) ? [lane] : []));
  const moved = takePosition(request, witnesses, {
    settings,
    rows: kept.map((lane) => lanes.rows[lane]!),
    starts: pickRows(values, kept, imageSize(request.graph)),
  });
  leave(position);
  return moved;
}

function leave({ lanes, center, watched, points }: Position): void {
  lanes.dispose();
  dispose([center, watched, points]);
}
