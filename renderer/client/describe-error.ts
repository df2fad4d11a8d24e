import { TRPCClientError } from '@trpc/client';

/** The host answers, but does not know this window: it was started anew, and keeps no sessions. */
class SessionEndedError extends Error {
  constructor() {
    super('This window’s session has ended. Open the address that `redoubt serve` prints once more.');
    this.name = 'SessionEndedError';
  }
}

/** `fetch`, where a refusal to know this window is an error of its own: it comes as a page, which is no answer. */
export async function fetchInSession(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  if (response.status === 401) throw new SessionEndedError();
  return response;
}

export const isSessionEnd = (error: unknown): boolean =>
  error instanceof SessionEndedError ||
  (error instanceof TRPCClientError && error.cause instanceof SessionEndedError);

/** What to tell a person about a question that failed. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isSessionEnd(error)) return new SessionEndedError().message;
  if (error instanceof TRPCClientError && !isAnswer(error))
    return 'The host does not answer. Is `redoubt` still running? Start it again; nothing is lost.';
  return error.message;
}

/** Errors of the host carry what it says about them; those of the line do not. */
const isAnswer = ({ data }: { readonly data?: unknown }): boolean =>
  typeof data === 'object' && data !== null;
