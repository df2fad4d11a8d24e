import type { ExampleOutcomes } from '#contract/outcomes.ts';
import type { StageKey } from '#contract/stage.ts';
import type { Connection } from '../connection.ts';
import { readOutcomes } from '../queries/outcomes.ts';
import { blobOf } from '../typed-array-columns.ts';
import { recordOpenWorld } from './record-open-world.ts';

type Parallel = { readonly length: number; [index: number]: number };

/** Outcomes may come in parts; an example that comes again (after a resume) replaces what was there. */
export function recordOutcomes(connection: Connection) {
  const keyOf = connection.prepare<[number], StageKey>('SELECT key FROM stages WHERE id = ?').pluck();
  const { outcomes: find } = readOutcomes(connection);
  const put = connection.prepare(
    `INSERT OR REPLACE INTO outcomes
       (stage_id, examples, labels, clean_predictions, attacked_predictions, survived, distances,
        proof_statuses, proof_margins)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const putOpenWorld = recordOpenWorld(connection);
  return (stage: number, part: ExampleOutcomes): void => {
    requireParallel(part);
    const before = find(keyOf.get(stage)!);
    const all = before === undefined ? part : merged(before, part);
    put.run(
      stage,
      blobOf(all.examples),
      blobOf(all.labels),
      blobOf(all.cleanPredictions),
      blobOf(all.attackedPredictions),
      blobOf(all.survived),
      blobOf(all.distances),
      all.proofs ? blobOf(all.proofs.statuses) : null,
      all.proofs ? blobOf(all.proofs.margins) : null,
    );
    if (all.openWorld) putOpenWorld(stage, all.openWorld);
  };
}

function requireParallel(part: ExampleOutcomes): void {
  const { proofs, openWorld, ...columns } = part;
  const { targets, confidences, scores } = openWorld ?? { scores: {} };
  const shown = targets && confidences && { targets, confidences };
  for (const [field, column] of Object.entries({ ...columns, ...proofs, ...shown, ...scores }))
    if (column.length !== part.examples.length)
      throw new RangeError(
        `Outcomes need one ${field} element per example, got ${column.length} for ${part.examples.length}.`,
      );
}

/** In rising order of example. */
function merged(before: ExampleOutcomes, part: ExampleOutcomes): ExampleOutcomes {
  if ((before.proofs === undefined) !== (part.proofs === undefined))
    throw new RangeError('Expected proofs in all parts of an evaluation or in none.');
  if (before.openWorld !== undefined && !part.openWorld)
    throw new RangeError('Expected what the open world showed in all parts of an evaluation or in none.');
  // An open-world measurement is sent once, whole: a second time it is the same.
  if (part.openWorld !== undefined) return part;
  const place = new Map<number, readonly [ExampleOutcomes, number]>();
  for (const outcomes of [before, part])
    for (const [index, example] of outcomes.examples.entries()) place.set(example, [outcomes, index]);
  const order = [...place.keys()].sort((left, right) => left - right).map((example) => place.get(example)!);
  const fill = <Column extends Parallel>(column: Column, pick: (of: ExampleOutcomes) => Parallel): Column => {
    for (const [at, [outcomes, index]] of order.entries()) column[at] = pick(outcomes)[index]!;
    return column;
  };
  const count = order.length;
  return {
    examples: fill(new Uint32Array(count), (of) => of.examples),
    labels: fill(new Uint16Array(count), (of) => of.labels),
    cleanPredictions: fill(new Uint16Array(count), (of) => of.cleanPredictions),
    attackedPredictions: fill(new Uint16Array(count), (of) => of.attackedPredictions),
    survived: fill(new Uint8Array(count), (of) => of.survived),
    distances: fill(new Float32Array(count), (of) => of.distances),
    ...(before.proofs && {
      proofs: {
        statuses: fill(new Uint8Array(count), (of) => of.proofs!.statuses),
        margins: fill(new Float32Array(count), (of) => of.proofs!.margins),
      },
    }),
  };
}
