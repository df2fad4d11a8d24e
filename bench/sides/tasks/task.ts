import { readFileSync } from 'node:fs';
import type { Engine } from '#workers/engine/engine.ts';
import { parseSafetensors } from '#workers/array/safetensors.ts';
import type { ExampleBatch } from '#workers/data/example-set.ts';
import { toTensors, type ParameterSet, type ParameterTensors } from '#workers/networks/parameters.ts';
import type { Findings, Measure, Request, RequestOf } from '../../measuring/request.ts';

/** Runs under the clock; what it gives runs after the clock has stopped and says what came out. */
export type Task = () => Promise<(() => Findings | Promise<Findings>) | undefined>;
export type Prepare<M extends Measure> = (request: RequestOf<M>, engine: Engine) => Task;

export function uploadWeights({ graph, weights }: Pick<Request, 'graph' | 'weights'>): ParameterTensors {
  const { arrays } = parseSafetensors(readFileSync(weights));
  return toTensors(graph, arrays as ParameterSet);
}

/** CIFAR-10 records `first` to `first + count`: a label byte and 3 x 32 x 32 bytes each, planes first. */
export function readRecords(path: string, count: number, first = 0): ExampleBatch {
  const bytes = readFileSync(path);
  const images = new Float32Array(count * 3072);
  const exampleIds = Uint32Array.from({ length: count }, (_, i) => first + i);
  for (const [row, id] of exampleIds.entries())
    for (let value = 0; value < 3072; value += 1)
      images[row * 3072 + value] = bytes[id * 3073 + 1 + (value % 3) * 1024 + Math.floor(value / 3)]! / 255;
  return { images, labels: Int32Array.from(exampleIds, (id) => bytes[id * 3073]!), exampleIds };
}

/** In batches of at most so many. */
export function readBatches({
  images,
  count,
  batch,
}: {
  readonly images: string;
  readonly count: number;
  readonly batch: number;
}): readonly ExampleBatch[] {
  const starts = Array.from({ length: Math.ceil(count / batch) }, (_, i) => i * batch);
  return starts.map((start) => readRecords(images, Math.min(batch, count - start), start));
}
