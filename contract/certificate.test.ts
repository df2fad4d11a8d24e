import { describe, expect, it } from 'vitest';
import { attackSchema } from './attack.ts';
import { certificateName, certificateSchema, contains, describeCertificate } from './certificate.ts';

const parse = (settings: object) => certificateSchema.parse(settings);
const attack = (norm: string, epsilon: string) => attackSchema.parse({ kind: 'fgsm', norm, epsilon });

const kinds = [
  { kind: 'interval', epsilon: '2/255' },
  { kind: 'crown', epsilon: '2/255' },
  { kind: 'crown', epsilon: '2/255', intermediate: 'full' },
  { kind: 'crown', epsilon: '2/255', lowerSlope: 'zero' },
  { kind: 'crown', epsilon: '1/255' },
  { kind: 'forward-linear', epsilon: '2/255' },
  { kind: 'smoothing', epsilon: 0.25 },
  { kind: 'smoothing', epsilon: 0.25, sigma: 0.5 },
  { kind: 'smoothing', epsilon: 0.25, estimationDraws: 1000 },
  { kind: 'smoothing', epsilon: 0.25, selectionDraws: 10 },
  { kind: 'smoothing', epsilon: 0.25, alpha: 0.01 },
];

describe('certificateSchema', () => {
  it('fills in what science.md gives for smoothing', () => {
    expect(parse({ kind: 'smoothing', epsilon: '0.5' })).toEqual({
      kind: 'smoothing',
      norm: 'l2',
      epsilon: 0.5,
      sigma: 0.25,
      selectionDraws: 100,
      estimationDraws: 10_000,
      alpha: 0.001,
    });
  });

  it('takes no norm that a method cannot prove anything about', () => {
    expect(certificateSchema.safeParse({ kind: 'crown', norm: 'l2', epsilon: 0.5 }).success).toBe(false);
    expect(certificateSchema.safeParse({ kind: 'smoothing', norm: 'linf', epsilon: 0.5 }).success).toBe(
      false,
    );
  });
});

describe('certificateName', () => {
  it('tells all settings apart', () => {
    expect(new Set(kinds.map((kind) => certificateName(parse(kind)))).size).toBe(kinds.length);
  });

  it('is short where nothing departs from the defaults', () => {
    expect(certificateName(parse({ kind: 'crown', epsilon: '2/255' }))).toBe('crown linf 2/255');
    expect(certificateName(parse({ kind: 'smoothing', epsilon: 0.5 }))).toBe('smoothing-0.25 l2 0.5');
  });
});

describe('describeCertificate', () => {
  it('says verified, the ball and whom it speaks of', () => {
    for (const kind of kinds)
      expect(describeCertificate(parse(kind))).toMatch(/^Verified: proved correct on the whole ball/);
    expect(describeCertificate(parse({ kind: 'smoothing', epsilon: 0.5 }))).toContain(
      'for the smoothed classifier',
    );
  });
});

describe('contains', () => {
  const crown = parse({ kind: 'crown', epsilon: '4/255' });
  const smoothing = parse({ kind: 'smoothing', epsilon: 0.5 });

  it('holds for smaller balls of the same norm, and for l2 balls in the linf ball of their radius', () => {
    expect(contains(crown, attack('linf', '4/255'))).toBe(true);
    expect(contains(crown, attack('linf', '5/255'))).toBe(false);
    expect(contains(crown, attack('l2', '4/255'))).toBe(true);
    expect(contains(smoothing, attack('l2', '0.5'))).toBe(true);
    expect(contains(smoothing, attack('linf', '1/255'))).toBe(false);
  });
});
