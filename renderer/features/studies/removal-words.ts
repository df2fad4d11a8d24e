import type { StudyRemoval } from '#contract/views.ts';
import { plural } from '../../kit/format.ts';

/** What removing a study takes and what it leaves, one sentence each. */
export function removalWords({ runs, results, sharedRuns, sharedResults }: StudyRemoval): string[] {
  const leave =
    runs + results === 0
      ? 'No run and no result leaves with it.'
      : `${plural(runs, 'run')} and ${plural(results, 'result')} (trained networks, evaluations and their files) leave for good.`;
  const stay =
    sharedRuns + sharedResults === 0
      ? 'No other study uses them.'
      : `${plural(sharedRuns, 'run')} and ${plural(sharedResults, 'result')} that other studies use too stay.`;
  return [leave, stay];
}

/** On the button, so that nobody presses it for less than it does. */
export const removalAct = ({ runs }: StudyRemoval): string =>
  runs === 0 ? 'Remove study' : `Remove study and ${plural(runs, 'run')}`;
