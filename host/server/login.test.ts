import { describe, expect, it } from 'vitest';
import { createLogin, isSecret } from './login.ts';

describe('a login', () => {
  it('gives tokens of 256 bits that differ', () => {
    const login = createLogin();
    const tokens = Array.from({ length: 20 }, () => login.issueToken());
    expect(new Set(tokens).size).toBe(20);
    expect(tokens.every((token) => Buffer.from(token, 'base64url').length === 32)).toBe(true);
  });

  it('lets a token in once', () => {
    const login = createLogin();
    const token = login.issueToken();
    expect(login.isSession(login.redeem(token) ?? '')).toBe(true);
    expect(login.redeem(token)).toBeUndefined();
  });

  it('takes neither a token for a session nor a session for a token', () => {
    const login = createLogin();
    const token = login.issueToken();
    expect(login.isSession(token)).toBe(false);
    const session = login.redeem(token) ?? '';
    expect(login.redeem(session)).toBeUndefined();
  });

  it('forgets the oldest of too many unused tokens', () => {
    const login = createLogin();
    const first = login.issueToken();
    const last = Array.from({ length: 40 }, () => login.issueToken()).at(-1) ?? '';
    expect(login.redeem(first)).toBeUndefined();
    expect(login.redeem(last)).toBeDefined();
  });

  it('compares secrets of different lengths without throwing', () => {
    expect(isSecret('abc', '')).toBe(false);
    expect(isSecret('abc', 'abc')).toBe(true);
  });
});
