import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startServer, type WorkbenchServer } from '#host/server/server.ts';
import { emptyWorkbench } from './fixture/empty-workbench.ts';
import { rawRequest, type Question } from './fixture/raw-request.ts';

const folder = mkdtempSync(join(tmpdir(), 'redoubt-server-'));
const workbench = emptyWorkbench();
const defects: Error[] = [];
let server: WorkbenchServer;
let cookie = '';

const ask = (question: Omit<Question, 'port'>) =>
  rawRequest({
    ...question,
    port: server.port,
    headers: { host: `127.0.0.1:${server.port}`, ...question.headers },
  });
const askLoggedIn = (question: Omit<Question, 'port'>) =>
  ask({ ...question, headers: { cookie, ...question.headers } });
const write = (question: Omit<Question, 'port'>) =>
  askLoggedIn({
    method: 'POST',
    path: '/api/trpc/farm.pause',
    ...question,
    headers: {
      origin: `http://127.0.0.1:${server.port}`,
      'content-type': 'application/json',
      ...question.headers,
    },
  });

beforeAll(async () => {
  const site = join(folder, 'renderer');
  mkdirSync(join(site, 'assets'), { recursive: true });
  writeFileSync(join(site, 'index.html'), '<title>the window</title>');
  writeFileSync(join(site, 'assets', 'main.js'), 'export {}');
  writeFileSync(join(folder, 'secret.txt'), 'not for the window');
  const onDefect = (error: Error) => defects.push(error);
  server = await startServer({ workbench, staticFolder: site, port: 0, onDefect });
  const answer = await ask({ path: `/login?token=${server.issueToken()}` });
  cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the login', () => {
  it('exchanges a token for a cookie that scripts and other sites never see, and leaves the address clean', async () => {
    const answer = await ask({ path: `/login?token=${server.issueToken()}` });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/');
    expect(answer.headers['set-cookie']?.[0]).toMatch(/HttpOnly; SameSite=Strict/);
  });

  it('refuses a token that was used', async () => {
    const path = `/login?token=${server.issueToken()}`;
    expect((await ask({ path })).status).toBe(303);
    expect((await ask({ path })).status).toBe(401);
  });

  it.each(['/login', '/login?token=', '/login?token=guess'])('refuses %s', async (path) => {
    expect((await ask({ path })).status).toBe(401);
  });

  it.each(['/', '/assets/main.js', '/api/trpc/runs.list'])('is needed for %s', async (path) => {
    expect((await ask({ path })).status).toBe(401);
    expect((await ask({ path, headers: { cookie: cookie.replace(/=.*/, '=guess') } })).status).toBe(401);
    expect((await askLoggedIn({ path })).status).toBe(200);
  });

  it('gives new tokens only to who knows the secret in the workspace', async () => {
    const path = '/api/login-token';
    const token = (secret: string) =>
      ask({ method: 'POST', path, headers: { authorization: `Bearer ${secret}` } });
    expect((await ask({ method: 'POST', path })).status).toBe(401);
    expect((await token('guess')).status).toBe(401);
    const given = await token(server.linkSecret);
    const parsed = JSON.parse(given.body) as { token: string };
    expect((await ask({ path: `/login?token=${parsed.token}` })).status).toBe(303);
  });
});

describe('the address', () => {
  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1',
    'localhost:1',
    '127.0.0.1.evil.example',
    '[::1]:80',
  ])('refuses the rebound host %s even with a cookie', async (host) => {
    expect((await askLoggedIn({ headers: { host } })).status).toBe(403);
  });

  it('answers as localhost too', async () => {
    expect((await askLoggedIn({ headers: { host: `localhost:${server.port}` } })).status).toBe(200);
  });

  it('is bound to the loopback interface alone', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter((address) => !address.internal && address.family === 'IPv4');
    for (const { address } of others) expect(await canConnect(address, server.port)).toBe(false);
    expect(await canConnect('127.0.0.1', server.port)).toBe(true);
  });
});

describe('a write', () => {
  it('of our own window is done', async () => {
    expect((await write({ body: '{}' })).status).toBe(200);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'of type "%s" is refused',
    async (type) => {
      expect((await write({ headers: { 'content-type': type }, body: '{}' })).status).toBe(415);
    },
  );

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1'])('from %s is refused', async (origin) => {
    expect((await write({ headers: { origin }, body: '{}' })).status).toBe(403);
  });

  it('that says no origin is refused', async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await askLoggedIn({ method: 'POST', path: '/api/trpc/farm.pause', headers, body: '{}' });
    expect(answer.status).toBe(403);
  });

  it('is not done by GET', async () => {
    expect((await askLoggedIn({ path: '/api/trpc/farm.pause' })).status).toBe(405);
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('is not done by %s', async (method) => {
    expect((await write({ method })).status).toBe(405);
  });

  it('of more than a megabyte is refused', async () => {
    const body = JSON.stringify({ yaml: 'x'.repeat(1_100_000) });
    expect((await write({ path: '/api/trpc/studies.submit', body })).status).toBe(413);
  });
});

describe('the files', () => {
  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/%252e%252e/secret.txt',
    '/%E0%A4%A',
    '/.%00./secret.txt',
  ])('are not left through %s', async (path) => {
    const answer = await askLoggedIn({ path });
    expect([400, 404]).toContain(answer.status);
    expect(answer.body).not.toContain('not for the window');
  });

  it('come with a policy that runs no text as a program and loads nothing from elsewhere', async () => {
    const { headers } = await askLoggedIn({ path: '/' });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
  });

  it('refuses with the same headers', async () => {
    const { headers } = await ask({ headers: { host: 'evil.example' } });
    expect(headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('the api', () => {
  it('says what people can act on', async () => {
    const input = encodeURIComponent(JSON.stringify({ id: 7 }));
    const answer = await askLoggedIn({ path: `/api/trpc/studies.get?input=${input}` });
    expect(answer.status).toBe(404);
    expect(answer.body).toContain('There is nothing here.');
  });

  it('keeps a defect to itself and tells the host', async () => {
    const answer = await askLoggedIn({ path: '/api/trpc/farm.state' });
    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain('secret');
    expect(defects.at(-1)?.message).toContain('secret');
  });
});

describe('the socket', () => {
  it.each([
    ['of another site', { origin: 'https://evil.example' }, 403],
    ['that says no origin', { origin: '' }, 403],
    ['to a rebound host', { host: 'evil.example' }, 403],
    ['without a cookie', { cookie: '' }, 401],
  ])('%s is refused', async (_case, headers, status) => {
    expect(await socketAnswer(headers)).toBe(status);
  });

  it('is opened nowhere else', async () => {
    expect(await socketAnswer({}, '/api/other')).toBe(400);
  });

  it('of our own window hears notices, equal ones once', async () => {
    const socket = openSocket({});
    const heard: string[] = [];
    socket.on('message', (data: Buffer) => heard.push(data.toString()));
    await new Promise((resolve) => socket.once('open', resolve));
    const request = { id: 1, method: 'subscription', params: { path: 'live.notices' } };
    socket.send(JSON.stringify(request));
    await until(() => heard.some((message) => message.includes('"started"')));
    for (let time = 0; time < 50; time += 1) workbench.publish({ kind: 'farm' });
    workbench.publish({ kind: 'library' });
    await until(() => heard.some((message) => message.includes('"library"')));
    expect(heard.filter((message) => message.includes('"farm"'))).toHaveLength(1);
    socket.close();
  });
});

function openSocket(headers: Record<string, string>, path = '/api/live'): WebSocket {
  const own = { origin: `http://127.0.0.1:${server.port}`, cookie };
  const sent = Object.entries({ ...own, ...headers }).filter(([, value]) => value !== '');
  return new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers: Object.fromEntries(sent) });
}

function socketAnswer(headers: Record<string, string>, path?: string): Promise<number> {
  const socket = openSocket(headers, path);
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('error', () => undefined);
  });
}

function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    const end = (connected: boolean) => () => {
      socket.destroy();
      resolve(connected);
    };
    socket.on('connect', end(true)).on('error', end(false)).on('timeout', end(false));
  });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
