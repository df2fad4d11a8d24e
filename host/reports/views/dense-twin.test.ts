import { describe, expect, it } from 'vitest';
import { denseTwinOf } from './dense-twin.ts';

const run = (seed: number, prune: string, finetuning: number, within = 0) => ({
  seed,
  settings: {
    'pretrain.objective': 'adversarial',
    prune,
    ...(within > 0 && { 'prune.training.epochs': within }),
    'finetune.epochs': finetuning,
    'evaluate.examples': 100 * finetuning,
  },
});

describe('the dense twin', () => {
  const [short, long] = [run(0, 'none', 4), run(0, 'none', 8)];

  it('has the seed and the fine-tuning of a network that was pruned at once', () => {
    const runs = [run(1, 'none', 8), short, long];
    expect(denseTwinOf(run(0, 'magnitude', 8), runs)).toBe(long);
    expect(denseTwinOf(run(0, 'magnitude', 4), runs)).toBe(short);
  });

  it('was trained as long in all as a network that learned scores first', () => {
    expect(denseTwinOf(run(0, 'learned-scores', 4, 4), [short, long])).toBe(long);
  });

  it('was fine-tuned as long where none was trained as long in all', () => {
    expect(denseTwinOf(run(0, 'learned-scores', 4, 20), [long, short])).toBe(short);
  });

  it('is nothing where the study has none that compares, nor for a dense run', () => {
    expect(denseTwinOf(run(0, 'magnitude', 6), [short, long])).toBeUndefined();
    expect(denseTwinOf(short, [short, long])).toBeUndefined();
  });
});
