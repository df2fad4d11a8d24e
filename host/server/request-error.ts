/** What was asked cannot be done, and the message says to people why. */
export class RequestError extends Error {
  readonly kind: 'not-found' | 'bad-request' | 'conflict';

  constructor(kind: RequestError['kind'], message: string) {
    super(message);
    this.name = 'RequestError';
    this.kind = kind;
  }
}
