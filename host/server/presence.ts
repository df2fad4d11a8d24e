import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Workspace } from '#host/workspace.ts';

const presenceSchema = z.strictObject({
  pid: z.int().positive(),
  url: z.string(),
  /** Buys login tokens: whoever may read the workspace may look into it. */
  linkSecret: z.string(),
});
export type Presence = z.output<typeof presenceSchema>;

const fileOf = (workspace: Workspace): string => join(workspace.folder, 'server.json');

/** Writes down where this workspace is served, for this account alone; the returned function takes it back. */
export function announceServer(workspace: Workspace, server: Omit<Presence, 'pid'>): () => void {
  const file = fileOf(workspace);
  // A file that is there keeps its own permissions when it is only written over.
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify({ pid: process.pid, ...server }), { mode: 0o600 });
  return () => {
    if (readPresence(workspace)?.pid === process.pid) rmSync(file, { force: true });
  };
}

function readPresence(workspace: Workspace): Presence | undefined {
  try {
    return presenceSchema.parse(JSON.parse(readFileSync(fileOf(workspace), 'utf8')));
  } catch {
    return undefined;
  }
}

/** A fresh login from the server that serves this workspace now; nothing where none answers. */
export async function askRunningServer(
  workspace: Workspace,
): Promise<{ readonly url: string; readonly token: string; readonly pid: number } | undefined> {
  const presence = readPresence(workspace);
  if (presence === undefined) return undefined;
  try {
    const response = await fetch(new URL('/api/login-token', presence.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${presence.linkSecret}` },
      signal: AbortSignal.timeout(3000),
    });
    if (!response.ok) return undefined;
    const { token } = z.object({ token: z.string() }).parse(await response.json());
    return { url: presence.url, token, pid: presence.pid };
  } catch {
    return undefined;
  }
}
