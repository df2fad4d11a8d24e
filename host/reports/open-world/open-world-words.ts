import { formatFraction } from '#contract/quantities.ts';
import type {
  OpenWorldEstimate,
  OpenWorldRate,
  RatioEstimate,
  SuccessRatio,
} from '#contract/open-world-views.ts';
import { densityText, digitsFor, interval, meanAndDeviation, percent } from '../study/format.ts';
import type { OpenWorldReport } from './open-world-report.ts';

/** `adversarial, dense`, `natural, density 0.1`. */
export const groupTitle = ({
  label,
  density,
}: {
  readonly label: string;
  readonly density: number;
}): string =>
  [label, density === 1 ? 'dense' : `density ${densityText(density)}`]
    .filter((part) => part !== '')
    .join(', ');

export type EstimateText = { readonly mean: string; readonly range: string };

/** Percent, as many digits as its interval justifies. */
export function estimateText(estimate: OpenWorldEstimate | OpenWorldRate): EstimateText {
  const digits = digitsFor(estimate);
  return { mean: meanAndDeviation(estimate.value, digits), range: `[${interval(estimate, digits)}]` };
}

export type RatioText =
  | { readonly kind: 'measured'; readonly plain: EstimateText; readonly corrected: EstimateText }
  | { readonly kind: 'undefined'; readonly reason: string };

/** Both ratios or none. */
export function ratioText(ratio: SuccessRatio): RatioText {
  return ratio.kind === 'undefined'
    ? ratio
    : { kind: 'measured', plain: oneRatio(ratio.plain), corrected: oneRatio(ratio.corrected) };
}

const oneRatio = ({ value, interval: range }: RatioEstimate): EstimateText => ({
  mean: `${ratioNumber(value)}×`,
  range: range === undefined ? '[not bounded]' : `[${ratioNumber(range.low)}–${ratioNumber(range.high)}]`,
});

const ratioNumber = (value: number): string => value.toFixed(Math.abs(value) < 10 ? 2 : 1).replace('-', '−');

const mostSentences = 6;

/** What the numbers show, in sentences: one for each dense network and source, at the headline's point. */
export function describeOpenWorldFindings({ panels, headline }: OpenWorldReport): string[] {
  const { attack, epsilon } = headline;
  const told = panels
    .filter((panel) => epsilon > 0 && panel.attack === attack && panel.density === 1)
    .flatMap((panel) => {
      const point = panel.points.find((each) => each.epsilon === epsilon);
      const [own, out] = [point?.target.in, point?.target.out];
      if (point === undefined || own === undefined || out === undefined) return [];
      const name = panel.label === '' ? 'The network' : panel.label;
      return [
        `${name}, ${attack} ${formatFraction(epsilon)}: ${percent(out.value.mean)} of ${panel.source} inputs and ${percent(own.value.mean)} of test images reach their target${ratioClause(point.ratio)}.`,
      ];
    });
  const shown = told.slice(0, mostSentences);
  return told.length > shown.length
    ? [...shown, `${told.length - shown.length} more pairs stand below.`]
    : shown;
}

function ratioClause(ratio: SuccessRatio): string {
  const text = ratioText(ratio);
  return text.kind === 'undefined'
    ? ''
    : `: ${text.plain.mean} as often, ${text.corrected.mean} with the base rates taken off`;
}
