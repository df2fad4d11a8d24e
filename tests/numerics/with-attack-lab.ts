import { afterAll, beforeAll } from 'vitest';
import { attackSchema } from '#contract/attack.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { objectiveSchema } from '#contract/objective.ts';
import {
  attackBatch,
  attackInSteps,
  type AttackOutcome,
  type AttackRequest,
} from '#workers/attacks/attack-batch.ts';
import type { Effort } from '#workers/attacks/search.ts';
import type { SearchUntil } from '#workers/attacks/witnesses.ts';
import type { Engine, EngineKind } from '#workers/engine/engine.ts';
import { disposeTensors, toTensors, type ParameterTensors } from '#workers/networks/parameters.ts';
import { blobs, trainedOn } from './blobs.ts';
import { withEngine } from './with-engine.ts';

export const graph = buildNetwork({ kind: 'mnist-small' }, [8, 8, 1], 4);
export const test = blobs(40, 'test');
export const size = 64;

type Options = {
  /** Of the test images; left out, all. */
  readonly rows?: readonly number[];
  readonly seed?: number;
  readonly incumbents?: Float32Array;
  readonly until?: SearchUntil;
};

export type AttackLab = {
  readonly engine: () => Engine;
  /** Of a network that is trained anew for each `describe`. */
  readonly parameters: () => ParameterTensors;
  readonly requestOf: (attack: object, options?: Options) => AttackRequest;
  readonly run: (attack: object, options?: Options) => Promise<AttackOutcome>;
  readonly effortsOf: (attack: object, options?: Options) => Promise<readonly Effort[]>;
};

/** Around the tests of a `describe`: a small trained network, and attacks on it. */
export function withAttackLab(kind: EngineKind): AttackLab {
  const engine = withEngine(kind);
  let parameters: ParameterTensors;
  beforeAll(async () => {
    parameters = toTensors(graph, await trainedOn(graph, objectiveSchema.parse('natural'), 60));
  });
  afterAll(() => {
    disposeTensors(parameters);
  });
  const requestOf = (attack: object, options: Options = {}): AttackRequest => {
    const rows = options.rows ?? [...test.labels.keys()];
    return {
      attack: attackSchema.parse(attack),
      graph,
      parameters,
      images: Float32Array.from(
        rows.flatMap((row) => [...test.images.subarray(row * size, (row + 1) * size)]),
      ),
      labels: Int32Array.from(rows, (row) => test.labels[row]!),
      exampleIds: Uint32Array.from(rows, (row) => test.exampleIds[row]!),
      seed: options.seed ?? 5,
      until: options.until ?? 'broken',
      ...(options.incumbents && { incumbents: options.incumbents }),
    };
  };
  return {
    engine,
    parameters: () => parameters,
    requestOf,
    run: (attack, options) => attackBatch(requestOf(attack, options)),
    effortsOf: async (attack, options) => {
      const efforts: Effort[] = [];
      for await (const effort of attackInSteps(requestOf(attack, options))) efforts.push(effort);
      return efforts;
    },
  };
}
