import { MultiBar, type SingleBar } from 'cli-progress';
import pc from 'picocolors';
import { endText, leftText, rateText, shareOf } from './progress-text.ts';
import type { ProgressView, StudyMoment } from './progress-view.ts';

const barUnits = 1000;
const labelWidth = 44;

/** A bar for every running stage and one for the study; what ended scrolls up above them. */
export function createBars(name: string): ProgressView {
  const bars = new MultiBar({
    format: `${pc.dim('{mark}')} {label} ${pc.cyan('{bar}')} {share} {rate} {left}`,
    barCompleteChar: '━',
    barIncompleteChar: '╌',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    emptyOnZero: true,
    autopadding: true,
    stream: process.stderr,
  });
  const whole = bars.create(barUnits, 0, payload({ label: name, share: 0, rate: '', left: '', mark: '=' }));
  const running = new Map<string, SingleBar>();
  return {
    show: (moment) => {
      for (const stage of moment.ended) bars.log(`${markOf(stage.state)} ${endText(stage)}\n`);
      updateRunning(bars, running, moment);
      const { share, secondsLeft } = moment;
      const rate = `${moment.stages.filter(({ state }) => state === 'done').length} of ${moment.stages.length} stages`;
      whole.update(
        Math.round(barUnits * share),
        payload({ label: name, share, rate, left: leftText(secondsLeft), mark: '=' }),
      );
    },
    say: (line) => {
      bars.log(`${line}\n`);
    },
    close: () => {
      bars.stop();
    },
  };
}

function updateRunning(bars: MultiBar, running: Map<string, SingleBar>, moment: StudyMoment): void {
  const keys = new Set(moment.running.map(({ stage }) => stage.key));
  for (const [key, bar] of running)
    if (!keys.has(key)) {
      bars.remove(bar);
      running.delete(key);
    }
  for (const { stage, progress } of moment.running) {
    const share = progress === undefined ? 0 : shareOf(progress);
    const shown = payload({
      label: stage.label,
      share,
      rate: progress === undefined ? 'starting' : rateText(progress),
      left: leftText(progress?.secondsLeft),
      mark: '·',
    });
    const bar = running.get(stage.key) ?? bars.create(barUnits, 0, shown);
    bar.update(Math.round(barUnits * share), shown);
    running.set(stage.key, bar);
  }
}

type Shown = {
  readonly label: string;
  readonly share: number;
  readonly rate: string;
  readonly left: string;
  readonly mark: string;
};

const payload = ({ label, share, rate, left, mark }: Shown) => ({
  label: fitted(label),
  share: `${Math.floor(100 * share)
    .toString()
    .padStart(3)} %`,
  rate: rate.padEnd(18),
  left,
  mark,
});

const fitted = (label: string): string =>
  label.length > labelWidth ? `${label.slice(0, labelWidth - 1)}…` : label.padEnd(labelWidth);

const markOf = (state: string): string => (state === 'done' ? pc.green('✓') : pc.red('✗'));
