import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';

/** What every command can be told. */
export const workspaceOf = (command: Command): string | undefined =>
  command.optsWithGlobals<{ workspace?: string }>().workspace;

export function parseCount(text: string): number {
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
