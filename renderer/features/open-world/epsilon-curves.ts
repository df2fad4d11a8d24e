import type { OpenWorldEstimate, Twins } from '#contract/open-world-views.ts';
import type { Side } from './choices.ts';

export type CurvePoint = { readonly epsilon: number; readonly estimate: OpenWorldEstimate };
export type Curve = {
  readonly side: Side;
  /** Unperturbed inputs of this side; undefined before it is measured. */
  readonly clean: OpenWorldEstimate | undefined;
  /** From epsilon 0, where nothing is perturbed, on. */
  readonly points: readonly CurvePoint[];
};
type Point = { readonly epsilon: number; readonly twins: Twins<OpenWorldEstimate> };

/** In and out of distribution as two curves; what is not measured yet leaves a curve shorter. */
export const twinCurves = (points: readonly Point[]): Curve[] =>
  (['in', 'out'] as const).map((side) => ({
    side,
    clean: points.find(({ epsilon }) => epsilon === 0)?.twins[side],
    points: points.flatMap(({ epsilon, twins }) => {
      const estimate = twins[side];
      return estimate === undefined ? [] : [{ epsilon, estimate }];
    }),
  }));
