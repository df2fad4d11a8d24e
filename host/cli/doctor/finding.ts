/** `optional`: missing, and everything else works without. */
export type Finding = {
  readonly state: 'fine' | 'optional' | 'wrong';
  readonly what: string;
  readonly remedy?: string;
};
