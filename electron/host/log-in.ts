import type { AppSession } from '../electron-api.ts';
import type { HostAddress } from './host-process.ts';

/**
 * Exchanges the one-time token for the session's cookie and sets it in the window's session, so that the token never
 * reaches a page, its address or its history.
 */
export async function logIn({ url, token }: HostAddress, { cookies }: AppSession): Promise<void> {
  const answer = await fetch(new URL(`login?token=${encodeURIComponent(token)}`, url), {
    redirect: 'manual',
  });
  await answer.body?.cancel();
  const [cookie = ''] = answer.headers.getSetCookie();
  const [, name, value] = /^([^=;\s]+)=([^;]+)/.exec(cookie) ?? [];
  if (answer.status !== 303 || name === undefined || value === undefined)
    throw new Error(`The host did not take the login (status ${answer.status}). Start Redoubt again.`);
  await cookies.set({ url, name, value, path: '/', httpOnly: true, sameSite: 'strict' });
}
