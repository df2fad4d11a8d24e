#!/usr/bin/env node
// The launcher: plain JavaScript that any Node understands. It finds the Node that Redoubt needs and starts the CLI with it.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { codeCacheFolder } from './code-cache.js';
import { findNode, neededNode } from './find-node.js';

const cli = fileURLToPath(new URL('../host/cli/main.ts', import.meta.url));
const node = findNode();

if (node === undefined) {
  console.error(
    `Redoubt needs Node ${neededNode} or newer, and this is Node ${process.versions.node}. ` +
      'Run "npm ci" again without --omit=optional (it brings a fitting Node along), or install Node 24 and try again.',
  );
  process.exit(1);
}

const codeCache = codeCacheFolder();
const child = spawn(node, ['--disable-warning=ExperimentalWarning', cli, ...process.argv.slice(2)], {
  stdio: 'inherit',
  // Workers inherit it.
  env: { ...(codeCache && { NODE_COMPILE_CACHE: codeCache }), ...process.env, REDOUBT_NODE: node },
});
// Ctrl+C reaches the child by itself (same terminal); a signal sent to the launcher alone is passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
