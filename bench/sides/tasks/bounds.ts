import { boundMargins, type BoundMethod } from '#workers/verification/bound-margins.ts';
import type { Engine } from '#workers/engine/engine.ts';
import type { RequestOf } from '../../measuring/request.ts';
import { readBatches, uploadWeights, type Prepare, type Task } from './task.ts';

export const boundInterval: Prepare<'intervalBounds'> = (request, engine) =>
  bound(request, engine, { kind: 'interval', form: 'merged' });

export const boundCrown: Prepare<'crownBounds'> = (request, engine) =>
  bound(request, engine, { kind: 'crown', intermediate: 'interval', lowerSlope: 'adaptive' });

export const boundCrownFully: Prepare<'crownFullBounds'> = (request, engine) =>
  bound(request, engine, { kind: 'crown', intermediate: 'full', lowerSlope: 'adaptive' });

function bound(
  request: RequestOf<'intervalBounds' | 'crownBounds' | 'crownFullBounds'>,
  engine: Engine,
  method: BoundMethod,
): Task {
  const { graph, epsilon } = request;
  const parameters = uploadWeights(request);
  engine.freeze(parameters);
  const batches = readBatches(request);
  return async () => {
    const margins: number[] = [];
    for (const batch of batches)
      margins.push(...(await boundMargins({ graph, parameters, epsilon, method, ...batch })));
    return () => ({ margins });
  };
}
