import { findCifar, graphOf, missingCifar } from '../measuring/materials.ts';
import type { Bench } from '../measuring/run-bench.ts';
import { openSides } from '../sides/open-sides.ts';
import type { EngineBenchOptions } from './settings.ts';

const threads = 2;
const batch = 128;
const attack = { epsilon: 8 / 255, stepSize: 2 / 255, steps: 10 };
/** Of CIFAR-10's first training file: a whole epoch has 50 times as many steps. */
const images = 1024;

/** PGD-10 from a random start and a step of SGD with momentum, batch by batch, as Madry et al. train. */
export async function benchAdversarialEpoch(bench: Bench, options: EngineBenchOptions): Promise<void> {
  const { scratch, leaveOut } = bench;
  if (!options.measures.includes('adversarialEpoch') || options.smoke) return;
  const cifar = findCifar(options.cifar);
  if (cifar === undefined) {
    leaveOut(`adversarialEpoch. ${missingCifar(options.cifar)}`);
    return;
  }
  const sides = await openSides({
    ...options,
    threads,
    forms: options.peer === 'pytorch' ? [{ mode: 'eager', allocator: 'tuned' }] : [],
    leaveOut,
  });
  try {
    for (const network of ['cnn-small', 'cnn-large'] as const) {
      const graph = graphOf({ kind: network });
      const subject = { graph, weights: scratch.weightsFor(graph), images: cifar.train };
      const request = { ...subject, measure: 'adversarialEpoch', batch, count: images, attack } as const;
      await bench.measure({
        measure: 'adversarialEpoch',
        network,
        batch,
        threads,
        ours: { name: 'ours', side: sides.ours, request, warmUps: 1 },
        peers: sides.peers.map((peer) => ({ ...peer, request, warmUps: 0 })),
        effort: {
          leastRounds: Math.min(2, options.rounds),
          mostRounds: Math.min(3, options.rounds),
          budgetMs: 30_000,
        },
        notes: () => ({ images, attack: 'PGD-10, 8/255, steps of 2/255, random start' }),
      });
    }
  } finally {
    sides.close();
  }
}
