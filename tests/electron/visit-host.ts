import type { HostCommand } from '../../electron/host/host-command.ts';
import { startHost } from '../../electron/host/host-process.ts';
import type { HostEnd } from '../../electron/host/host-process.ts';
import { logIn } from '../../electron/host/log-in.ts';
import { makeFolder } from '../made-datasets.ts';
import { FakeElectron } from './fake-electron.ts';

export type Visit = {
  readonly withCookie: number;
  readonly withoutCookie: number;
  readonly secondLogin: number;
  readonly end: HostEnd;
};

/** Starts the real host as the shell does, logs in, looks at what answers, and stops it softly. */
export async function visitHost(command: HostCommand): Promise<Visit> {
  const host = await startHost(command, { ...process.env, REDOUBT_WORKSPACE: makeFolder() });
  try {
    const { session, cookies } = new FakeElectron();
    await logIn(host, session.defaultSession);
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const [withCookie, withoutCookie, secondLogin] = await Promise.all([
      statusOf(host.url, { cookie }),
      statusOf(host.url, {}),
      statusOf(`${host.url}login?token=${host.token}`, {}),
    ]);
    await host.stop(20_000);
    return { withCookie, withoutCookie, secondLogin, end: await host.ended };
  } finally {
    await host.stop(0);
  }
}

async function statusOf(url: string, headers: Record<string, string>): Promise<number> {
  const answer = await fetch(url, { headers, redirect: 'manual' });
  await answer.body?.cancel();
  return answer.status;
}
