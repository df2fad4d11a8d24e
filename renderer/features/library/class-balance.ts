import { formatCount } from '../../kit/format.ts';

/** How the images of a split are spread over the classes, in words: `2,000 of every class`, `42–420 of a class`. */
export function balanceWords(counts: readonly number[]): string {
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  return least === most
    ? `${formatCount(most)} of every class`
    : `${formatCount(least)}–${formatCount(most)} of a class`;
}

export const isBalanced = (counts: readonly number[]): boolean => new Set(counts).size <= 1;
