import { expect, it } from 'vitest';
import { balanceWords, isBalanced } from './class-balance.ts';

it('says whether every class has as many images', () => {
  expect(balanceWords([2000, 2000])).toBe('2,000 of every class');
  expect(isBalanced([2000, 2000])).toBe(true);
  expect(balanceWords([420, 42, 100])).toBe('42–420 of a class');
  expect(isBalanced([420, 42, 100])).toBe(false);
});
