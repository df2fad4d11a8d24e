import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { addressesOf, refuseAddress, refuseWrite, type Addresses, type Refusal } from './door.ts';
import { setSafetyHeaders } from './headers.ts';
import { createLogin, isSecret, newSecret, type Login } from './login.ts';
import { messagePage } from './message-page.ts';
import { router } from './router.ts';
import { attachSocket } from './socket.ts';
import { cookieName, sessionOf } from './session-cookie.ts';
import { serveStaticFiles } from './static-files.ts';
import type { Workbench } from './workbench.ts';

export type ServerOptions = {
  readonly workbench: Workbench;
  /** The built window. */
  readonly staticFolder: string;
  /** Left out: `preferredPort`, or any free one when that is taken. */
  readonly port?: number | undefined;
  readonly onDefect: (error: Error) => void;
};

export type WorkbenchServer = {
  readonly port: number;
  /** `http://127.0.0.1:<port>/` */
  readonly url: string;
  /** Buys a new login link from another process of the same user, which reads it from the workspace. */
  readonly linkSecret: string;
  readonly issueToken: () => string;
  readonly close: () => Promise<void>;
};

/** Stays the same from day to day, so that a browser keeps its settings and bookmarks. */
export const preferredPort = 7414;
const bodyBytes = 1_000_000;
/** A study travels in the address of a preview unless the window overrides the method. */
const headerBytes = 64 * 1024;

/** Serves the workbench on the loopback interface only. */
export async function startServer(options: ServerOptions): Promise<WorkbenchServer> {
  const server = createServer({ maxHeaderSize: headerBytes });
  const port = await listen(server, options.port);
  const addresses = addressesOf(port);
  const login = createLogin();
  const linkSecret = newSecret();
  const handle = requestHandler({ options, addresses, login, linkSecret, port });
  server.on('request', (request, response) => {
    handle(request, response);
  });
  const sockets = attachSocket({ server, addresses, login, port, workbench: options.workbench });
  return {
    port,
    url: `http://127.0.0.1:${port}/`,
    linkSecret,
    issueToken: login.issueToken,
    close: () =>
      new Promise((resolve) => {
        sockets.close();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

type Parts = {
  readonly options: ServerOptions;
  readonly addresses: Addresses;
  readonly login: Login;
  readonly linkSecret: string;
  readonly port: number;
};

function requestHandler(parts: Parts) {
  const { options, addresses, login, port } = parts;
  const api = createHTTPHandler({
    router,
    basePath: '/api/trpc/',
    maxBodySize: bodyBytes,
    allowMethodOverride: true,
    createContext: () => options.workbench,
    onError: ({ error }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR') options.onDefect(error.cause ?? error);
    },
  });
  const files = serveStaticFiles(options.staticFolder, windowMissing);
  return (request: IncomingMessage, response: ServerResponse): void => {
    setSafetyHeaders(response, addresses.hosts);
    const address = refuseAddress(request, addresses);
    if (address !== undefined) return refuse(response, address);
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (path === '/login') return logIn(request, response, parts);
    if (path === '/api/login-token') return issueToken(request, response, parts);
    const refusal = refuseStranger(request, login, port) ?? refuseWrite(request);
    if (refusal !== undefined) return refuse(response, refusal);
    response.setHeader('Cache-Control', 'no-store');
    if (path.startsWith('/api/trpc/')) return api(request, response);
    files(request, response);
  };
}

function refuseStranger(request: IncomingMessage, login: Login, port: number): Refusal | undefined {
  const session = sessionOf(request, port);
  return session !== undefined && login.isSession(session)
    ? undefined
    : { status: 401, message: 'Log in first: run "redoubt serve" for a fresh link and open it here.' };
}

/** Exchanges the token of the address for a cookie; the redirection takes the token out of the browser's history. */
function logIn(request: IncomingMessage, response: ServerResponse, { login, port }: Parts): void {
  if (request.method !== 'GET')
    return refuse(response, { status: 405, message: 'A login link is opened, with GET.' });
  const token = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('token');
  const session = token === null ? undefined : login.redeem(token);
  if (session === undefined)
    return refuse(response, {
      status: 401,
      message:
        'This login link was used before, or is not of this host. Run "redoubt serve" for a fresh one.',
    });
  response.writeHead(303, {
    Location: '/',
    'Set-Cookie': `${cookieName(port)}=${session}; HttpOnly; SameSite=Strict; Path=/`,
    'Cache-Control': 'no-store',
  });
  response.end();
}

function issueToken(request: IncomingMessage, response: ServerResponse, parts: Parts): void {
  const [scheme, secret] = (request.headers.authorization ?? '').split(' ');
  if (request.method !== 'POST')
    return refuse(response, { status: 405, message: 'A login token is asked for with POST.' });
  if (scheme !== 'Bearer' || !isSecret(parts.linkSecret, secret ?? ''))
    return refuse(response, {
      status: 401,
      message: 'Login tokens are given to who can read the workspace only.',
    });
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify({ token: parts.login.issueToken() }));
}

function windowMissing(request: IncomingMessage, response: ServerResponse): void {
  const message = isPage(request)
    ? 'The window is not built yet. Run "npm run build", then start again.'
    : 'There is nothing at this address.';
  response.writeHead(404, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end(messagePage(message));
}

const isPage = (request: IncomingMessage): boolean => request.url === '/' || request.url === '/index.html';

function refuse(response: ServerResponse, { status, message }: Refusal): void {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    // What was not read of the request is not read: the connection ends here.
    Connection: 'close',
  });
  response.end(messagePage(message));
}

async function listen(server: Server, port: number | undefined): Promise<number> {
  try {
    return await listenAt(server, port ?? preferredPort);
  } catch (error) {
    if (port !== undefined || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return listenAt(server, 0);
  }
}

function listenAt(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
