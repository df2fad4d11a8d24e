import { parseArgs } from 'node:util';
import { z } from 'zod';
import { deviceKinds } from '#contract/device.ts';
import type { SelfTestMessage } from '#contract/self-test.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import { selfTest, selfTestSize } from '#workers/procedures/self-test/self-test.ts';

/** A process that tests one engine and ends: started by `redoubt doctor --engines`, to which it tells what it found. */

if (process.send === undefined) {
  console.error('This tests an engine for Redoubt. It is started by: redoubt doctor --engines.');
  process.exit(2);
}
process.on('disconnect', () => process.exit(0));

const optionsSchema = z.object({
  engine: z.enum(['onnx', 'wasm', 'tensorflow']),
  device: z.enum(deviceKinds).default('cpu'),
});
const { values } = parseArgs({ options: { engine: { type: 'string' }, device: { type: 'string' } } });
const options = optionsSchema.parse(values);
const engine = await createEngine(options.engine, { device: options.device });
send({ kind: 'started', device: engine.device, checks: selfTestSize });
for await (const check of selfTest(engine)) send({ kind: 'check', check });
send({ kind: 'ended' });
process.disconnect();

function send(message: SelfTestMessage): void {
  process.send?.(message);
}
