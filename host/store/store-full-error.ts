/** Nothing of the write that met it was kept; everything recorded before is intact. */
export class StoreFullError extends Error {
  constructor(file: string, options?: ErrorOptions) {
    super(
      `There is no room left to write to ${file}. What was recorded before is intact. Free some disk space, then resume.`,
      options,
    );
    this.name = 'StoreFullError';
  }
}
