import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves the built window. The files are listed once, at the start: no request reaches any other file. */
export function serveStaticFiles(folder: string, onMissing: Handler): Handler {
  if (!existsSync(join(folder, 'index.html'))) return onMissing;
  const serve = sirv(folder, {
    etag: true,
    // Vite names the files under assets/ by their content.
    setHeaders: (response, pathname) => {
      const forever = pathname.startsWith('/assets/');
      response.setHeader('Cache-Control', forever ? 'private, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return (request, response) => {
    serve(request, response, () => {
      onMissing(request, response);
    });
  };
}
