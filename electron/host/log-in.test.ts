import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeElectron } from '../../tests/electron/fake-electron.ts';
import { logIn } from './log-in.ts';

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe('logIn', () => {
  it('exchanges the token for the cookie that the host sets, without following it to a page', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url);
      const cookie = 'redoubt-7414=session_-1; HttpOnly; SameSite=Strict; Path=/';
      response.writeHead(303, { Location: '/', 'Set-Cookie': cookie }).end();
    });
    const electron = new FakeElectron();
    await logIn({ url, token: 'a+b' }, electron.session.defaultSession);
    expect(asked).toEqual(['/login?token=a%2Bb']);
    expect(electron.cookies).toEqual([
      { url, name: 'redoubt-7414', value: 'session_-1', path: '/', httpOnly: true, sameSite: 'strict' },
    ]);
  });

  it.each([401, 200, 303])('sets no cookie when the host answers %i without one', async (status) => {
    const url = await serve((_, response) => response.writeHead(status).end('no'));
    const electron = new FakeElectron();
    await expect(logIn({ url, token: 'x' }, electron.session.defaultSession)).rejects.toThrow(
      `status ${status}`,
    );
    expect(electron.cookies).toEqual([]);
  });
});
