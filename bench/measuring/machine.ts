import { availableParallelism, cpus, loadavg } from 'node:os';

/** What figures depend on, besides the code. */
export const describeMachine = () => ({
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
});

/** Processes that wanted to run, averaged over the last minute: above a few tenths before a bench starts, others share the machine. */
export const currentLoad = (): number => Number(loadavg()[0]!.toFixed(2));
