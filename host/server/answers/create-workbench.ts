import { rememberedDetection } from '#host/reports/open-world/detect.ts';
import { readRunRows } from '#host/reports/views/run-rows.ts';
import type { Workbench } from '../workbench.ts';
import { compareAnswers } from './compare-answers.ts';
import { farmAnswers } from './farm-answers.ts';
import type { HostParts } from './host-parts.ts';
import { libraryAnswers } from './library-answers.ts';
import { openWorldAnswers } from './open-world-answers.ts';
import { reportAnswers } from './report-answers.ts';
import { runAnswers } from './run-answers.ts';
import { studyAnswers } from './study-answers.ts';
import { systemAnswers } from './system-answers.ts';

export function createWorkbench(parts: HostParts): Workbench {
  const rows = readRunRows(parts.store, {
    budgetMs: 500,
    onUnread: () => {
      parts.publish({ kind: 'studies' });
    },
  });
  const detection = rememberedDetection();
  return {
    studies: studyAnswers(parts, rows),
    farm: farmAnswers(parts),
    runs: runAnswers(parts, rows),
    compare: compareAnswers(parts),
    openWorld: openWorldAnswers(parts, detection),
    library: libraryAnswers(parts),
    reports: reportAnswers(parts, detection),
    system: systemAnswers(parts),
    watch: parts.watch,
  };
}
