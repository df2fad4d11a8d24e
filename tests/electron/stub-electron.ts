import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { writeFiles } from '../made-datasets.ts';

/** What @electron/fuses looks for in a program; version, count and one character a fuse follow. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** In the order of the wire. */
const fuses = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
] as const;
const asShipped = '10110001';

/** Lays a folder out like an unpacked Electron for Linux, with the fuse wire of the real program in its program. */
export function writeStubElectron(folder: string): void {
  const wire = Buffer.concat([Buffer.from(sentinel), Buffer.of(1, fuses.length), Buffer.from(asShipped)]);
  writeFiles(folder, {
    electron: Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), wire]),
    'locales/en-US.pak': '',
    'locales/de.pak': '',
    'resources/keep': '',
    'resources.pak': '',
    LICENSE: 'licence',
    'LICENSES.chromium.html': 'licences',
    version: '0',
  });
  chmodSync(join(folder, 'electron'), 0o755);
}

/** Fuses that are on in a program. */
export function fusesThatAreOn(program: Buffer): string[] {
  const start = program.indexOf(sentinel) + sentinel.length + 2;
  return fuses.filter((_, index) => program[start + index] === '1'.charCodeAt(0));
}
