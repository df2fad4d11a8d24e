import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { addressesOf } from './door.ts';
import { createLogin, newSecret } from './login.ts';
import { PortError } from './port-error.ts';
import { createRequestHandler } from './request-handler.ts';
import { attachSocket } from './socket.ts';
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
const preferredPort = 7414;
/** A study travels in the address of a preview unless the window overrides the method. */
const headerBytes = 64 * 1024;

/** Serves the workbench on the loopback interface only. */
export async function startServer(options: ServerOptions): Promise<WorkbenchServer> {
  const server = createServer({ maxHeaderSize: headerBytes });
  const port = await listen(server, options.port);
  const addresses = addressesOf(port);
  const login = createLogin();
  const linkSecret = newSecret();
  server.on('request', createRequestHandler({ ...options, addresses, login, linkSecret, port }));
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

async function listen(server: Server, port: number | undefined): Promise<number> {
  try {
    return await listenAt(server, port ?? preferredPort);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (port === undefined && code === 'EADDRINUSE') return listenAt(server, 0);
    throw new PortError(port ?? preferredPort, reasons[code ?? ''] ?? message, { cause: error });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses it',
  EACCES: 'ports below 1024 need more rights than yours',
};

function listenAt(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
