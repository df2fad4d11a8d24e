import { expect, it } from 'vitest';
import type { FailedStage } from '#contract/views.ts';
import { groupFailures } from './failure-groups.ts';

const failed = (stage: string, message: string): FailedStage => ({
  stage,
  label: stage,
  failure: { kind: 'diverged', message, remedy: 'Lower the rate.' },
});

it('says what several stages failed of once', () => {
  const groups = groupFailures([failed('a', 'NaN'), failed('b', 'NaN'), failed('c', 'Disk full')]);
  expect(groups.map(({ message, stages }) => [message, stages.length])).toEqual([
    ['NaN', 2],
    ['Disk full', 1],
  ]);
});
