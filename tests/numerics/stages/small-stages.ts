import type { StageLab } from './stage-lab.ts';
import { tinyNetwork } from './stage-lab.ts';

/** 120 images to train on, 30 to validate and 200 to test. */
export async function importGlyphs(lab: StageLab): Promise<void> {
  const dataset = { kind: 'glyphs', train: 120, validation: 30, test: 200, seed: 4 } as const;
  await lab.run('data', { kind: 'import', dataset });
}

type Glyphs = { readonly train: number; readonly validation: number; readonly test: number };

/** As many images, called `data`, and a network trained on them, called `model`. */
export async function trainOnGlyphs(
  { run }: StageLab,
  { epochs, ...images }: Glyphs & { readonly epochs: number },
): Promise<void> {
  await run('data', { kind: 'import', dataset: { kind: 'glyphs', ...images, seed: 4 } });
  await run('model', {
    kind: 'pretrain',
    network: tinyNetwork,
    training: { objective: 'natural', epochs, batch: 32, optimizer: { kind: 'adam' } },
    from: { data: 'data' },
    seed: 1,
  });
}

/** Data, a trained network and what is left of it when nine weights of ten are pruned: what most stages go on from. */
export async function trainAndPrune(lab: StageLab): Promise<void> {
  await importGlyphs(lab);
  await lab.run('dense', {
    kind: 'pretrain',
    network: tinyNetwork,
    training: { objective: 'natural', epochs: 6, batch: 32, optimizer: { kind: 'adam' } },
    from: { data: 'data' },
    seed: 1,
  });
  await lab.run('pruned', {
    kind: 'prune',
    pruning: { kind: 'magnitude', density: 0.1, scope: 'network' },
    from: { data: 'data', model: 'dense' },
    seed: 1,
  });
}
