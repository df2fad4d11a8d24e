import type { IncomingMessage } from 'node:http';

/** Why a request goes no further. */
export type Refusal = { readonly status: 400 | 401 | 403 | 405 | 415; readonly message: string };

/** The exact addresses under which this server may be asked for: a rebound host name is none of them. */
export type Addresses = { readonly hosts: ReadonlySet<string>; readonly origins: ReadonlySet<string> };

const reads: ReadonlySet<string> = new Set(['GET', 'HEAD']);

export function addressesOf(port: number): Addresses {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  return { hosts: new Set(hosts), origins: new Set(hosts.map((host) => `http://${host}`)) };
}

/** What holds for every request, whoever sends it. */
export function refuseAddress(request: IncomingMessage, addresses: Addresses): Refusal | undefined {
  const { host, origin } = request.headers;
  if (host === undefined || !addresses.hosts.has(host))
    return { status: 403, message: 'This workbench answers only at its own loopback address.' };
  if (origin !== undefined && !addresses.origins.has(origin))
    return { status: 403, message: 'This workbench answers no other site.' };
  if (leadsAstray(request.url ?? '/'))
    return {
      status: 400,
      message: 'A plain path was expected: no dot segments, backslashes or control codes.',
    };
  return undefined;
}

/** What holds for requests that change something: a browser's own origin, and JSON, which no plain form can send. */
export function refuseWrite(request: IncomingMessage): Refusal | undefined {
  const method = request.method ?? '';
  if (reads.has(method)) return undefined;
  if (method !== 'POST') return { status: 405, message: 'Only GET, HEAD and POST are answered.' };
  if (request.headers.origin === undefined)
    return { status: 403, message: 'A write must say which site it comes from.' };
  return isJson(request.headers['content-type'])
    ? undefined
    : { status: 415, message: 'Writes are JSON: send content-type application/json.' };
}

/** A socket is opened by our own window or not at all. */
export const refuseSocket = (request: IncomingMessage): Refusal | undefined =>
  request.headers.origin === undefined
    ? { status: 403, message: 'A socket must say which site it comes from.' }
    : undefined;

function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';')[0]?.trim().toLowerCase() === 'application/json';
}

/** Dot segments and separators are looked for as written and once decoded; what cannot be decoded is refused too. */
function leadsAstray(url: string): boolean {
  const path = url.split('?')[0] ?? '';
  if (!path.startsWith('/')) return true;
  try {
    return [path, decodeURIComponent(path)].some(
      (text) =>
        text.split('/').some((part) => part === '..' || part === '.') ||
        Array.from(text).some((character) => character === '\\' || character < ' '),
    );
  } catch {
    return true;
  }
}
