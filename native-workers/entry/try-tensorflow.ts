import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createEngine } from '#workers/engine/create-engine.ts';
import { askKnownAnswers } from '#workers/engine/known-answers.ts';

/** A process that the host starts before it offers the tensorflow engine: it ends well if the engine computes rightly. */
const { values } = parseArgs({ options: { device: { type: 'string', default: 'cpu' } } });
const engine = await createEngine('tensorflow', { device: z.enum(['cpu', 'cuda']).parse(values.device) });
await askKnownAnswers();
console.log(engine.device);
