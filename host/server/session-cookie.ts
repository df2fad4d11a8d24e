import type { IncomingMessage } from 'node:http';

/** Browsers share cookies between ports: two workspaces served at once need two names. */
export const cookieName = (port: number): string => `redoubt-${port}`;

export function sessionOf(request: IncomingMessage, port: number): string | undefined {
  const name = `${cookieName(port)}=`;
  return (request.headers.cookie ?? '')
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(name))
    ?.slice(name.length);
}
