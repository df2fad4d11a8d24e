/** What is used of cephes, whose own declarations its package does not expose. */
declare module 'cephes' {
  export const compiled: Promise<void>;
  /** Regularized incomplete beta function I_x(a, b), and its inverse in x. */
  export function incbet(a: number, b: number, x: number): number;
  export function incbi(a: number, b: number, probability: number): number;
  export function ndtri(probability: number): number;
}
