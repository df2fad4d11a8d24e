import { TRPCClientError } from '@trpc/client';

/** What to tell a person about a question that failed. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof TRPCClientError) {
    const status = statusOf(error);
    if (status === 401)
      return 'This window’s session has ended. Open the address that `redoubt serve` prints once more.';
    if (status === undefined)
      return 'The host does not answer. Is `redoubt` still running? Start it again; nothing is lost.';
  }
  return error.message;
}

function statusOf(error: { readonly data?: unknown; readonly meta?: unknown }): number | undefined {
  const { data } = error;
  if (typeof data === 'object' && data !== null && 'httpStatus' in data) return Number(data.httpStatus);
  const response =
    typeof error.meta === 'object' && error.meta !== null && 'response' in error.meta
      ? error.meta.response
      : undefined;
  return response instanceof Response ? response.status : undefined;
}
