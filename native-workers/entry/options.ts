import { isAbsolute } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { deviceKinds } from '#contract/device.ts';

/** What the host says on the worker's command line. */
const optionsSchema = z.object({
  workspace: z.string().refine(isAbsolute, 'An absolute folder was expected.'),
  /** The device's id, for people who look at the list of processes. */
  device: z.string().default('cpu'),
  deviceKind: z.enum(deviceKinds).default('cpu'),
  /** What the device is called, for people. */
  adapter: z.string().optional(),
  engine: z.enum(['onnx', 'wasm', 'tensorflow']).default('onnx'),
  /** How many threads one operation may use. */
  threads: z.coerce.number().int().positive().default(1),
});
export type WorkerOptions = z.output<typeof optionsSchema>;

export function parseOptions(args: readonly string[]): WorkerOptions {
  const text = { type: 'string' } as const;
  const options = {
    workspace: text,
    device: text,
    'device-kind': text,
    adapter: text,
    engine: text,
    threads: text,
  };
  const { values } = parseArgs({ args: [...args], options });
  return optionsSchema.parse({ ...values, deviceKind: values['device-kind'] });
}
