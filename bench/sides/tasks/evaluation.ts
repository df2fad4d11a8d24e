import { writeFileSync } from 'node:fs';
import { attackSchema } from '#contract/attack.ts';
import { attackBatch, type AttackOutcome } from '#workers/attacks/attack-batch.ts';
import type { ExampleBatch } from '#workers/data/example-set.ts';
import { disposeTensors, type ParameterTensors } from '#workers/networks/parameters.ts';
import { predict } from '#workers/networks/predict.ts';
import type { Findings, RequestOf } from '../../measuring/request.ts';
import { readBatches, uploadWeights, type Prepare } from './task.ts';

/**
 * Attacks as an evaluation stage does: until an example is broken. The weights are uploaded under the clock: an engine
 * that compiles programs for frozen weights compiles them for every network that is evaluated.
 */
export const evaluateAttack: Prepare<'attackEvaluation'> = (request, engine) => {
  const batches = readBatches(request);
  const attack = attackSchema.parse({ kind: 'pgd', ...request.attack, randomStart: false });
  return async () => {
    const parameters = uploadWeights(request);
    engine.freeze(parameters);
    const outcomes: AttackOutcome[] = [];
    for (const batch of batches) {
      const search = { attack, graph: request.graph, parameters, seed: 1, until: 'broken' } as const;
      outcomes.push(await attackBatch({ ...search, ...batch }));
    }
    return () => describe(request, parameters, { batches, outcomes });
  };
};

type Attacked = { readonly batches: readonly ExampleBatch[]; readonly outcomes: readonly AttackOutcome[] };

async function describe(
  { graph, witnesses }: RequestOf<'attackEvaluation'>,
  parameters: ParameterTensors,
  { batches, outcomes }: Attacked,
): Promise<Findings> {
  const leads: number[] = [];
  const scales: number[] = [];
  for (const [i, { labels }] of batches.entries()) {
    const { logits } = await predict({ graph, parameters, images: outcomes[i]!.adversarial });
    for (const [row, label] of labels.entries()) {
      const own = logits.subarray(row * graph.classCount, (row + 1) * graph.classCount);
      leads.push(Math.max(...own.filter((_, other) => other !== label)) - own[label]!);
      scales.push(Math.max(...own.map(Math.abs)));
    }
  }
  disposeTensors(parameters);
  if (witnesses !== undefined)
    writeFileSync(
      witnesses,
      outcomes
        .map(({ adversarial }) =>
          Buffer.from(adversarial.buffer, adversarial.byteOffset, adversarial.byteLength),
        )
        .reduce((a, b) => Buffer.concat([a, b])),
    );
  const verdicts = outcomes.flatMap((outcome) => outcome.verdicts);
  return {
    survived: verdicts.map((verdict) => (verdict === 'survived' ? '1' : '0')).join(''),
    leads,
    scales,
  };
}
