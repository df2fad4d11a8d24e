import { TRPCClientError } from '@trpc/client';
import { afterEach, expect, it, vi } from 'vitest';
import { describeError, fetchInSession, isSessionEnd } from './describe-error.ts';

afterEach(() => vi.unstubAllGlobals());

const asked = async (): Promise<unknown> =>
  fetchInSession('/api').then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? TRPCClientError.from(error) : error),
  );

it('tells a session that has ended from a host that does not answer', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('<!doctype html>', { status: 401 })));
  const ended = await asked();
  expect(isSessionEnd(ended)).toBe(true);
  expect(describeError(ended)).toMatch(/session has ended/);
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
  const away = await asked();
  expect(isSessionEnd(away)).toBe(false);
  expect(describeError(away)).toMatch(/does not answer/);
});

it('passes on what the host says about a question it refuses', () => {
  const refused = TRPCClientError.from({
    error: { message: 'There is no study 9.', code: -32004, data: { httpStatus: 404 } },
  });
  expect(describeError(refused)).toBe('There is no study 9.');
});
