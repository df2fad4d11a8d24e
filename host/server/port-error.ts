/** A port that was asked for and cannot be had; the message says why, and what to do. */
export class PortError extends Error {
  constructor(port: number, reason: string, options?: ErrorOptions) {
    super(`Port ${port} cannot be served at: ${reason}. Give another one, or 0 for any free one.`, options);
    this.name = 'PortError';
  }
}
