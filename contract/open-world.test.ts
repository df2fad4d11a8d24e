import { describe, expect, it } from 'vitest';
import { detectorName, detectorSchema } from './detector.ts';
import {
  inDistributionTwin,
  openWorldName,
  openWorldSchema,
  splitByDetector,
  withoutAttack,
} from './open-world.ts';
import { sourceName, sourceSchema } from './source.ts';

const setting = openWorldSchema.parse({
  source: 'gtsrb',
  epsilon: '8/255',
  detectors: ['msp', { kind: 'odin', magnitude: 0 }],
});

describe('sourceSchema', () => {
  it('takes a bare word for a kind without settings, else for a dataset', () => {
    expect(sourceSchema.parse('uniform-noise')).toEqual({ kind: 'uniform-noise' });
    expect(sourceSchema.parse('gaussian-noise')).toMatchObject({ mean: 127 / 255, sigma: 50 / 255 });
    expect(sourceSchema.parse('gtsrb')).toEqual({ kind: 'dataset', name: 'gtsrb' });
    expect(sourceName(sourceSchema.parse('gtsrb'))).toBe('gtsrb');
  });
});

describe('detectorName', () => {
  it('spells out what departs from the defaults', () => {
    expect(detectorName(detectorSchema.parse('energy'))).toBe('energy');
    expect(detectorName(detectorSchema.parse({ kind: 'odin', magnitude: 0 }))).toBe('odin magnitude 0');
  });

  it.each([
    [{ kind: 'energy', temperature: 10 }, 'energy temperature 10'],
    [
      { kind: 'odin', magnitude: '8/255', temperature: 100 },
      'odin temperature 100 magnitude 0.03137254901960784',
    ],
    ['feature-squeezing', 'feature-squeezing'],
    [{ kind: 'feature-squeezing', bits: 4 }, 'feature-squeezing bits 4'],
    [{ kind: 'mahalanobis', magnitude: 0.0014 }, 'mahalanobis magnitude 0.0014'],
    [{ kind: 'knn', neighbours: 7 }, 'knn neighbours 7'],
    [{ kind: 'magnet', epochs: 10 }, 'magnet'],
    [{ kind: 'adversary-network', epochs: 2 }, 'adversary-network epochs 2'],
  ])('stays what files and databases already call %j', (detector, name) => {
    expect(detectorName(detectorSchema.parse(detector))).toBe(name);
  });
});

describe('openWorldName', () => {
  it('names source, attack and ball', () => {
    expect(openWorldName(setting)).toBe('gtsrb pgd-10 linf 8/255');
    expect(openWorldName(inDistributionTwin(setting))).toBe('in-distribution pgd-10 linf 8/255');
    expect(openWorldName(withoutAttack(setting))).toBe('gtsrb unperturbed');
  });

  it('tells attacks on different detectors apart', () => {
    const adapted = splitByDetector({ ...setting, adaptTo: 'detector' });
    expect(adapted.map(openWorldName)).toEqual([
      'gtsrb pgd-10 adapted to msp linf 8/255',
      'gtsrb pgd-10 adapted to odin magnitude 0 linf 8/255',
    ]);
  });

  it('tells sources and attacks apart that differ in any setting', () => {
    const names = [
      { source: 'gaussian-noise', epsilon: 0 },
      { source: { kind: 'gaussian-noise', sigma: '10/255' }, epsilon: 0 },
      ...[1, 0.5].map((lambda) => ({ source: 'mnist', epsilon: 0.3, adaptTo: 'detector', lambda })),
      ...[true, false].map((randomStart) => ({ source: 'mnist', epsilon: 0.3, randomStart })),
      { source: 'mnist', epsilon: 0.3, stepSize: 0.01 },
    ].map((each) => openWorldName(openWorldSchema.parse(each)));
    expect(names).toEqual([
      'gaussian-noise unperturbed',
      'gaussian-noise sigma 10/255 unperturbed',
      'mnist pgd-10 adapted to msp linf 0.3',
      'mnist pgd-10 adapted to msp by 0.5 linf 0.3',
      'mnist pgd-10 linf 0.3',
      'mnist pgd-10 from-center linf 0.3',
      'mnist pgd-10 step 0.01 linf 0.3',
    ]);
  });
});

describe('withoutAttack', () => {
  it('is one measurement, whatever the attack that it is the base rate of', () => {
    const stronger = openWorldSchema.parse({
      ...setting,
      steps: 100,
      restarts: 5,
      loss: 'margin',
      epsilon: 0.3,
    });
    expect(withoutAttack(stronger)).toEqual(withoutAttack(setting));
  });
});
