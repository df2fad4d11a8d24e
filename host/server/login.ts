import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Who may use the server: whoever brings a one-time token, which buys a session. Only digests are kept, and they are
 * compared in constant time.
 */
export type Login = {
  /** A new token of 256 bits, good for one login. */
  readonly issueToken: () => string;
  /** The secret of a new session, or nothing when the token was never issued or is used up. */
  readonly redeem: (token: string) => string | undefined;
  readonly isSession: (secret: string) => boolean;
};

const secretBytes = 32;
/** The oldest fall out, so that asking again and again costs no memory. */
const tokensKept = 32;
const sessionsKept = 256;

export function createLogin(): Login {
  const tokens: Buffer[] = [];
  const sessions: Buffer[] = [];
  return {
    issueToken: () => issue(tokens, tokensKept),
    redeem: (token) => {
      const at = indexOf(tokens, token);
      if (at === undefined) return undefined;
      tokens.splice(at, 1);
      return issue(sessions, sessionsKept);
    },
    isSession: (secret) => indexOf(sessions, secret) !== undefined,
  };
}

/** Whether a text is the secret, in a time that depends on neither. */
export const isSecret = (secret: string, text: string): boolean =>
  timingSafeEqual(digestOf(secret), digestOf(text));

export const newSecret = (): string => randomBytes(secretBytes).toString('base64url');

function issue(digests: Buffer[], kept: number): string {
  const secret = newSecret();
  digests.push(digestOf(secret));
  if (digests.length > kept) digests.shift();
  return secret;
}

/** Looks at every digest even after a match. */
function indexOf(digests: readonly Buffer[], secret: string): number | undefined {
  const digest = digestOf(secret);
  return digests.reduce<number | undefined>(
    (found, candidate, index) => (timingSafeEqual(candidate, digest) ? index : found),
    undefined,
  );
}

const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
