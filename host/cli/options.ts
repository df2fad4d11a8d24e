import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Device } from '#contract/device.ts';
import { offeredDevices, type DiscoveryOptions } from '#host/farm/devices/discover-devices.ts';
import { offeredEngines } from '#host/farm/devices/processor-devices.ts';

/** What every command can be told. */
export const workspaceOf = (command: Command): string | undefined =>
  command.optsWithGlobals<{ workspace?: string }>().workspace;

/** Given to every command that executes stages. */
export function addWorkOptions(command: Command): Command {
  return command
    .option('--slots <count>', 'workers at a time', parseCount)
    .option('--threads <count>', 'threads of each worker', parseCount)
    .addOption(engineOption())
    .addOption(deviceOption());
}

/** As `addWorkOptions` leaves them, among others. */
export const workOptionsOf = ({ slots, threads, engine, device }: DiscoveryOptions): DiscoveryOptions => ({
  slots,
  threads,
  engine,
  device,
});

/** Another device or a slower engine than was wanted is named, with the reason. */
export function tellStepDown(devices: readonly Device[], { engine, device }: DiscoveryOptions): void {
  const missed = devices.find(({ kind }) => kind === device && kind !== 'cpu');
  if (missed?.availability.kind === 'unavailable')
    console.error(
      `${missed.name}: ${missed.availability.reason} The processor computes instead. ${missed.availability.remedy}`,
    );
  if (engine === 'wasm') return;
  const wanted = devices.find((device) => device.kind === 'cpu' && device.engine === (engine ?? 'onnx'));
  if (wanted?.availability.kind === 'unavailable')
    console.error(`${wanted.availability.reason} ${wanted.availability.remedy}`);
}

const engineOption = (): Option =>
  new Option(
    '--engine <engine>',
    'what computes: onnx is native and used where it loads, wasm runs wherever Node runs, tensorflow where it was installed',
  )
    .choices(offeredEngines)
    .env('REDOUBT_ENGINE');

const deviceOption = (): Option =>
  new Option('--device <kind>', 'what stages are executed on; "redoubt devices" says what there is')
    .choices(offeredDevices)
    .env('REDOUBT_DEVICE');

/** An empty one, as of a variable that is not set, would be the folder that the command is run in. */
export function parseFolder(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('The path of a folder was expected.');
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0 && count <= 256) return count;
  throw new InvalidArgumentError('A whole number from 1 to 256 was expected.');
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('A port from 1 to 65535 was expected, or 0 for any free one.');
}

/** `32` is a square, `48x32` is width x height. */
export function parseImageSize(text: string): { height: number; width: number } {
  const [, width, height] = /^(\d{1,4})(?:x(\d{1,4}))?$/.exec(text) ?? [];
  if (width !== undefined) return { width: Number(width), height: Number(height ?? width) };
  throw new InvalidArgumentError('A size in pixels was expected, such as 32 or 48x32 (width x height).');
}
