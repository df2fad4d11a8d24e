import type { StudyRemoval } from '#contract/views.ts';
import { plural } from '../../kit/format.ts';

/** What removing a study takes and what it leaves, one sentence each. */
export function removalWords({ runs, results, sharedRuns, sharedResults }: StudyRemoval): string[] {
  const leave =
    runs + results === 0
      ? 'No run and no result leaves with it.'
      : `${counted(runs, results)} (trained networks, evaluations and their files) leave for good.`;
  const stay =
    sharedRuns + sharedResults === 0
      ? 'No other study uses them.'
      : `${counted(sharedRuns, sharedResults)} that other studies use too ${sharedRuns + sharedResults === 1 ? 'stays' : 'stay'}.`;
  return [leave, stay];
}

const counted = (runs: number, results: number): string =>
  [...(runs > 0 ? [plural(runs, 'run')] : []), ...(results > 0 ? [plural(results, 'result')] : [])].join(
    ' and ',
  );

/** On the button, so that nobody presses it for less than it does. */
export const removalAct = ({ runs }: StudyRemoval): string =>
  runs === 0 ? 'Remove study' : `Remove study and ${plural(runs, 'run')}`;
