import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { WebSocketServer } from 'ws';
import { refuseAddress, refuseSocket, type Addresses, type Refusal } from './door.ts';
import type { Login } from './login.ts';
import { router } from './router.ts';
import { sessionOf } from './session-cookie.ts';
import type { Workbench } from './workbench.ts';

export type SocketOptions = {
  readonly server: Server;
  readonly addresses: Addresses;
  readonly login: Login;
  readonly port: number;
  readonly workbench: Workbench;
};

const messageBytes = 1_000_000;

/** Opens `/api/live` for our own window: address, origin and session are asked before the handshake. */
export function attachSocket(options: SocketOptions): { readonly close: () => void } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: messageBytes });
  const handler = applyWSSHandler({
    wss: sockets,
    router,
    createContext: () => options.workbench,
    keepAlive: { enabled: true, pingMs: 30_000, pongWaitMs: 10_000 },
  });
  options.server.on('upgrade', (request, stream, head) => {
    const refusal = refusalOf(request, options);
    if (refusal !== undefined) refuse(stream, refusal);
    else
      sockets.handleUpgrade(request, stream, head, (socket) => {
        sockets.emit('connection', socket, request);
      });
  });
  return {
    close: () => {
      handler.broadcastReconnectNotification();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

function refusalOf(request: IncomingMessage, options: SocketOptions): Refusal | undefined {
  const address = refuseAddress(request, options.addresses) ?? refuseSocket(request);
  if (address !== undefined) return address;
  if ((request.url ?? '').split('?')[0] !== '/api/live')
    return { status: 400, message: 'Sockets are opened at /api/live.' };
  const session = sessionOf(request, options.port);
  return session !== undefined && options.login.isSession(session)
    ? undefined
    : { status: 401, message: 'Log in first.' };
}

const reasons = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  415: 'Unsupported Media Type',
} as const;

function refuse(stream: Duplex, { status, message }: Refusal): void {
  stream.on('error', () => {
    stream.destroy();
  });
  const head = [
    `HTTP/1.1 ${status} ${reasons[status]}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(message)}`,
  ];
  stream.end(`${head.join('\r\n')}\r\n\r\n${message}`);
}
