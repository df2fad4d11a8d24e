import { z } from 'zod';
import {
  epsilonSchema,
  formatFraction,
  positiveFractionSchema,
  type Ball,
  type Epsilon,
} from './quantities.ts';

/** Bounds hold on the linf ball, cut to [0, 1] pixel by pixel; radii of smoothing are Euclidean. */
const linfBall = { norm: z.literal('linf').default('linf'), epsilon: epsilonSchema };
const l2Ball = { norm: z.literal('l2').default('l2'), epsilon: epsilonSchema };

/** A sound method and the ball that it is asked about (science.md, section 4). */
export const certificateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('interval'), ...linfBall }),
  z.strictObject({
    kind: z.literal('crown'),
    ...linfBall,
    /** What bounds the layers before the output: intervals, or CROWN itself (`full`: tighter, and much slower). */
    intermediate: z.enum(['interval', 'full']).default('interval'),
    /** The line below an unstable ReLU in [l, u]: slope 1 if u > -l else 0 (`adaptive`), or always 0. */
    lowerSlope: z.enum(['adaptive', 'zero']).default('adaptive'),
  }),
  z.strictObject({ kind: z.literal('forward-linear'), ...linfBall }),
  z.strictObject({
    kind: z.literal('smoothing'),
    ...l2Ball,
    /** Standard deviation of the noise, in units of the input range. */
    sigma: positiveFractionSchema.prefault(0.25),
    selectionDraws: z.int().positive().max(100_000).default(100),
    estimationDraws: z.int().positive().max(1_000_000).default(10_000),
    /** Chance, per image, that a radius is too large. */
    alpha: z.number().gt(0).lt(0.5).default(0.001),
  }),
]);
export type Certificate = z.output<typeof certificateSchema>;
export type CertificateKind = Certificate['kind'];

/** Whom a certificate speaks of: the network itself, or its most probable class under noise, which is another classifier. */
export const certificateSubjects: Readonly<Record<CertificateKind, 'network' | 'smoothed classifier'>> = {
  interval: 'network',
  crown: 'network',
  'forward-linear': 'network',
  smoothing: 'smoothed classifier',
};

/** A lower bound of a margin counts from here on: float32 arithmetic may err by some 1e-5 where logits are near 100. */
export const roundingAllowance = 1e-4;

/** Short name within a run: `crown linf 2/255`, with what departs from the defaults spelled out. */
export function certificateName(certificate: Certificate): string {
  const ball = `${certificate.norm} ${formatFraction(certificate.epsilon)}`;
  switch (certificate.kind) {
    case 'interval':
    case 'forward-linear':
      return `${certificate.kind} ${ball}`;
    case 'crown': {
      const name = certificate.intermediate === 'full' ? 'crown-full' : 'crown';
      return `${name}${certificate.lowerSlope === 'zero' ? ' zero-slope' : ''} ${ball}`;
    }
    case 'smoothing': {
      const { sigma, selectionDraws, estimationDraws, alpha } = certificate;
      return [
        `smoothing-${formatFraction(sigma)}`,
        estimationDraws === 10_000 ? '' : `draws ${estimationDraws}`,
        selectionDraws === 100 ? '' : `selecting ${selectionDraws}`,
        alpha === 0.001 ? '' : `alpha ${alpha}`,
        ball,
      ]
        .filter((part) => part !== '')
        .join(' ');
    }
  }
}

/** The guarantee in words, for reports and evaluation cards. */
export function describeCertificate(certificate: Certificate): string {
  const radius = formatFraction(certificate.epsilon);
  if (certificate.kind === 'smoothing') {
    const { sigma, selectionDraws, estimationDraws, alpha } = certificate;
    return `Verified: proved correct on the whole ball of Euclidean length ${radius} (input range [0, 1]), for the smoothed classifier, the most probable class under Gaussian noise of deviation ${formatFraction(sigma)}, not for the network alone. By ${estimationDraws} draws after ${selectionDraws} that choose the class (Cohen); each image's proof fails with probability ${alpha} at most. Unknown: the smoothed classifier abstains or its radius is smaller.`;
  }
  return `Verified: proved correct on the whole ball, where every pixel channel may move by at most ${radius} of the input range and stays in [0, 1], by ${describeMethod(certificate)}. A margin counts as proved above ${roundingAllowance}, to allow for float32 rounding. Falsified: a wrong point of the ball was found and evaluated again. Unknown: neither.`;
}

function describeMethod(certificate: Exclude<Certificate, { kind: 'smoothing' }>): string {
  switch (certificate.kind) {
    case 'interval':
      return 'interval bounds (IBP), the last layer merged with the margins';
    case 'forward-linear':
      return 'zonotopes pushed forward (DeepZ)';
    case 'crown': {
      const before =
        certificate.intermediate === 'full' ? 'CROWN at every layer' : 'interval bounds of the layers before';
      const slope = certificate.lowerSlope === 'zero' ? ', lower slope 0' : '';
      return `backward linear bounds (CROWN) from ${before}${slope}`;
    }
  }
}

/** Whether a proof about one ball holds for every point of another: an l2 ball lies in the linf ball of its radius. */
export const contains = (proved: AnyBall, other: AnyBall): boolean =>
  other.epsilon <= proved.epsilon &&
  (other.norm === proved.norm || (other.norm === 'l2' && proved.norm === 'linf'));
type AnyBall = Pick<Ball, 'norm'> & { readonly epsilon: Epsilon };
