import { endText, leftText, rateText, shareOf } from './progress-text.ts';
import type { ProgressView, StudyMoment } from './progress-view.ts';

const everyMs = 10_000;

/** Plain lines for files and pipes: what ended at once, what is running every ten seconds. */
export function createLines(write: (line: string) => void, now: () => number): ProgressView {
  let told = now();
  return {
    show: (moment) => {
      for (const stage of moment.ended) write(`${stage.state.padEnd(9)} ${endText(stage)}`);
      if (now() - told < everyMs) return;
      told = now();
      for (const { stage, progress } of moment.running)
        if (progress !== undefined)
          write(`${'running'.padEnd(9)} ${[stage.label, ...details(progress)].join(', ')}`);
      write(studyLine(moment));
    },
    say: write,
    close: () => undefined,
  };
}

type RunningProgress = NonNullable<StudyMoment['running'][number]['progress']>;

const details = (progress: RunningProgress): string[] =>
  [
    `${Math.floor(100 * shareOf(progress))} %`,
    progress.note,
    rateText(progress),
    leftText(progress.secondsLeft),
  ].filter((part) => part !== '');

function studyLine({ stages, share, secondsLeft }: StudyMoment): string {
  const done = stages.filter(({ state }) => state === 'done').length;
  const parts = [`${done} of ${stages.length} stages`, `${Math.floor(100 * share)} %`, leftText(secondsLeft)];
  return `${'study'.padEnd(9)} ${parts.filter((part) => part !== '').join(', ')}`;
}
