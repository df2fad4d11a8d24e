import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

const names = ['epochs', 'epsilon', 'density', 'scope', 'seeds'];

describe('nearestName', () => {
  it.each([
    ['epoch', 'epochs'],
    ['Epochs', 'epochs'],
    ['epslion', 'epsilon'],
    ['desnity', 'density'],
    ['scpoe', 'scope'],
    ['sedes', 'seeds'],
  ])('takes %s for %s', (given, meant) => {
    expect(nearestName(given, names)).toBe(meant);
  });

  it.each(['sparsity', 'learningRate', 'x', ''])('takes %j for nothing', (given) => {
    expect(nearestName(given, names)).toBeUndefined();
  });
});
