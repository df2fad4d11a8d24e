import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { formatFraction } from '#contract/quantities.ts';
import { spacedRadii } from './spaced-radii.ts';

/** Size of a drawing and the room around what is drawn, in its own units. */
export type FigureFrame = {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
};
export type Tick = { readonly at: number; readonly text: string };

export const acrossFrame = (
  { left, width, right }: FigureFrame,
  domain: [number, number],
): ScaleLinear<number, number> => scaleLinear(domain, [left, width - right]);
export const upFrame = (
  { height, bottom, top }: FigureFrame,
  domain: [number, number],
): ScaleLinear<number, number> => scaleLinear(domain, [height - bottom, top]);

/** Rates from 0 to 1 against epsilon: the same frame wherever they are drawn, so that eyes can compare. */
export const rateFrame: FigureFrame = { width: 290, height: 190, left: 40, right: 22, top: 10, bottom: 38 };
export const rateScale = upFrame(rateFrame, [0, 1]);
export const rateTicks: readonly Tick[] = [0, 0.25, 0.5, 0.75, 1].map((share) => ({
  at: rateScale(share),
  text: `${share * 100}${share === 1 ? ' %' : ''}`,
}));
export const radiusTicks = (radii: readonly number[], x: (radius: number) => number): Tick[] =>
  spacedRadii(radii).map((radius) => ({ at: x(radius), text: formatFraction(radius) }));
