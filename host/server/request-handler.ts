import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { refuseAddress, refuseWrite, type Addresses, type Refusal } from './door.ts';
import { setSafetyHeaders } from './headers.ts';
import { isSecret, type Login } from './login.ts';
import { messagePage } from './message-page.ts';
import { router } from './router.ts';
import { cookieName, sessionOf } from './session-cookie.ts';
import { serveStaticFiles } from './static-files.ts';
import type { Workbench } from './workbench.ts';

export type HandlerOptions = {
  readonly workbench: Workbench;
  readonly staticFolder: string;
  readonly onDefect: (error: Error) => void;
  readonly addresses: Addresses;
  readonly login: Login;
  /** Buys login tokens. */
  readonly linkSecret: string;
  readonly port: number;
};

const bodyBytes = 1_000_000;

/** The order is the point: address, then login, then session, then write rules; only then does anything else look. */
export function createRequestHandler(options: HandlerOptions): RequestListener {
  const api = createApiHandler(options);
  const files = serveStaticFiles(options.staticFolder, windowMissing);
  return (request, response) => {
    setSafetyHeaders(response, options.addresses.hosts);
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const refusal = refuseAddress(request, options.addresses) ?? refuseUnlessPublic(request, path, options);
    if (refusal !== undefined) refuse(response, refusal);
    else if (path === loginPath) logIn(request, response, options);
    else if (path === tokenPath) issueToken(request, response, options);
    else {
      response.setHeader('Cache-Control', 'no-store');
      if (path.startsWith(apiPath)) api(request, response);
      else files(request, response);
    }
  };
}

const loginPath = '/login';
const tokenPath = '/api/login-token';
const apiPath = '/api/trpc/';

function createApiHandler({ workbench, onDefect }: HandlerOptions): RequestListener {
  return createHTTPHandler({
    router,
    basePath: apiPath,
    maxBodySize: bodyBytes,
    allowMethodOverride: true,
    createContext: () => workbench,
    onError: ({ error }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR') onDefect(error.cause ?? error);
    },
  });
}

/** The two ways to a session ask for secrets of their own. */
function refuseUnlessPublic(
  request: IncomingMessage,
  path: string,
  { login, port }: HandlerOptions,
): Refusal | undefined {
  if (path === loginPath || path === tokenPath) return undefined;
  const session = sessionOf(request, port);
  return session !== undefined && login.isSession(session)
    ? refuseWrite(request)
    : { status: 401, message: 'Log in first: run "redoubt serve" for a fresh link and open it here.' };
}

/** Exchanges the token of the address for a cookie; the redirection takes the token out of the browser's history. */
function logIn(request: IncomingMessage, response: ServerResponse, { login, port }: HandlerOptions): void {
  const token = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('token');
  const session = token === null || request.method !== 'GET' ? undefined : login.redeem(token);
  if (session === undefined)
    refuse(response, {
      status: 401,
      message:
        'This login link was used before, or is not of this host. Run "redoubt serve" for a fresh one.',
    });
  else
    response
      .writeHead(303, {
        Location: '/',
        'Set-Cookie': `${cookieName(port)}=${session}; HttpOnly; SameSite=Strict; Path=/`,
        'Cache-Control': 'no-store',
      })
      .end();
}

function issueToken(
  request: IncomingMessage,
  response: ServerResponse,
  { login, linkSecret }: HandlerOptions,
): void {
  const [scheme, secret] = (request.headers.authorization ?? '').split(' ');
  if (request.method !== 'POST' || scheme !== 'Bearer' || !isSecret(linkSecret, secret ?? ''))
    refuse(response, {
      status: 401,
      message: 'Login tokens are given to who can read the workspace only.',
    });
  else
    response
      .writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
      .end(JSON.stringify({ token: login.issueToken() }));
}

function windowMissing(request: IncomingMessage, response: ServerResponse): void {
  const message = isPage(request)
    ? 'The window is not built yet. Run "npm run build", then start again.'
    : 'There is nothing at this address.';
  response.writeHead(404, { 'Content-Type': 'text/html; charset=utf-8' }).end(messagePage(message));
}

const isPage = (request: IncomingMessage): boolean => request.url === '/' || request.url === '/index.html';

function refuse(response: ServerResponse, { status, message }: Refusal): void {
  response
    .writeHead(status, {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      // What was not read of the request is not read: the connection ends here.
      Connection: 'close',
    })
    .end(messagePage(message));
}
