import { imageSize, pickRows } from './image-rows.ts';
import type { Search } from './search-request.ts';
import { walk } from './walk.ts';

/** Fast gradient sign method (Goodfellow et al. 2015): one step of the whole epsilon from the image. */
export const searchFgsm: Search<'fgsm'> = (request, witnesses) =>
  walk(request, witnesses, {
    loss: 'cross-entropy',
    goal: 'leave',
    stepSize: request.attack.epsilon,
    steps: 1,
    startsOf: (rows) => pickRows(request.images, rows, imageSize(request.graph)),
  });
