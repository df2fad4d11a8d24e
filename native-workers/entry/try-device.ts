import { parseArgs } from 'node:util';
import { z } from 'zod';
import { deviceKinds } from '#contract/device.ts';
import type { DeviceTrial } from '#contract/device-trial.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import { askKnownAnswers } from '#workers/engine/known-answers.ts';
import { measureSpeed } from '#workers/engine/onnx/devices/measure-speed.ts';

/** A process that the host starts before it offers a device: a driver that fails may end the process that asks it. */

const { values } = parseArgs({ options: { device: { type: 'string' } } });
const device = z.enum(deviceKinds).parse(values.device);
process.stdout.write(`${JSON.stringify(await tryDevice())}\n`);

async function tryDevice(): Promise<DeviceTrial> {
  try {
    const speed = measureSpeed(device, () => performance.now());
    const engine = await createEngine('onnx', { device });
    await askKnownAnswers();
    engine.dispose();
    return { kind: 'passed', speed };
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
