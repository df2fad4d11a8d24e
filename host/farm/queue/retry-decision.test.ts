import { describe, expect, it } from 'vitest';
import { failureKinds, retryHelps, type FailureKind } from '#contract/failure.ts';
import { decideRetry } from './retry-decision.ts';

/** How often a stage that always ends in the same way is tried in all. */
function attemptsOf(kind: FailureKind): number {
  const history: FailureKind[] = [kind];
  while (decideRetry(history) === 'retry') history.push(kind);
  return history.length;
}

describe('decideRetry', () => {
  it.each(failureKinds.filter((kind) => !retryHelps[kind]))('never tries again after %s', (kind) => {
    expect(attemptsOf(kind)).toBe(1);
  });

  it('tries a stage whose worker died at most twice again', () => {
    expect(attemptsOf('worker-died')).toBe(3);
  });

  it('tries again only once after memory ran out', () => {
    expect(attemptsOf('out-of-memory')).toBe(2);
  });

  it('counts failures of different kinds together', () => {
    expect(decideRetry(['worker-died', 'out-of-memory'])).toBe('retry');
    expect(decideRetry(['worker-died', 'out-of-memory', 'worker-died'])).toBe('give-up');
  });
});
