import { expect, it } from 'vitest';
import { hostCommand } from '../../electron/host/host-command.ts';
import { projectFolder } from './runtime.ts';
import { visitHost } from './visit-host.ts';

it('the shell starts the real host, logs in once, and stops it softly', async () => {
  const environment = { REDOUBT_NODE: process.execPath };
  const where = { isPackaged: false, resourcesFolder: '', projectFolder, environment };
  const visit = await visitHost(hostCommand(where));
  expect(visit).toMatchObject({ withCookie: 200, withoutCookie: 401, secondLogin: 401, end: { code: 0 } });
});
