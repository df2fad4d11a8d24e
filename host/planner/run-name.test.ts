import { describe, expect, it } from 'vitest';
import { planOf } from '../../tests/fixture/plans.ts';

const namesOf = (fields: string) =>
  planOf(`name: Names\ndataset: glyphs\nnetwork: cnn-small\n${fields}`).runs.map((run) => run.name);

describe('nameRuns', () => {
  it('says what varies, and nothing else', () => {
    expect(
      namesOf(`seeds: [0, 1]
pretrain: { objective: [natural, adversarial], epochs: 1 }
finetune: { epochs: 1 }`),
    ).toEqual(['natural seed 0', 'natural seed 1', 'adversarial seed 0', 'adversarial seed 1']);
  });

  it('calls the dense control dense, whatever strategy it stood under', () => {
    expect(
      namesOf(`pretrain: { objective: natural, epochs: 1 }
prune: { kind: magnitude, density: [1, 0.1, 0.05] }`),
    ).toEqual(['dense', 'density 0.1', 'density 0.05']);
  });

  it('writes radii as the papers do, with the setting that they are of', () => {
    expect(
      namesOf(`pretrain: { objective: { kind: adversarial, epsilon: [4/255, 8/255] }, epochs: [1, 2] }`),
    ).toEqual([
      'epsilon 4/255 epochs 1',
      'epsilon 4/255 epochs 2',
      'epsilon 8/255 epochs 1',
      'epsilon 8/255 epochs 2',
    ]);
  });

  it('tells filters with learned scores from filters without', () => {
    expect(
      namesOf(`pretrain: { objective: natural, epochs: 1 }
prune:
  - { kind: filter-l1, density: 0.5 }
  - { kind: filter-l1, density: 0.5, training: { epochs: 4 } }
  - { kind: random, density: 0.5, scope: layer }`),
    ).toEqual(['filter-l1', 'filter-l1 pruning epochs 4', 'random']);
  });

  it('falls back on the seed where nothing varies', () => {
    expect(namesOf('seeds: [7]\npretrain: { objective: natural, epochs: 1 }')).toEqual(['seed 7']);
  });
});
