import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Whether this machine shows any graphics processor. Only Linux is asked, where drivers that pretend to be one are
 * common; elsewhere the system always has one.
 */
export function hasGraphicsHardware(): boolean {
  if (process.platform !== 'linux') return true;
  return existsSync('/dev/dxg') || namesIn('/dev/dri').some(isRenderNode) || namesIn('/dev').some(isNvidia);
}

/** Where onnxruntime-node's own installation script puts it. */
export function hasCudaPart(): boolean {
  const folder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const platform = join(folder, 'bin', 'napi-v6', process.platform, process.arch);
  return existsSync(join(platform, 'libonnxruntime_providers_cuda.so'));
}

const isRenderNode = (name: string): boolean => /^renderD\d+$/.test(name);
const isNvidia = (name: string): boolean => /^nvidia\d+$/.test(name);

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
