import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** What uses every core itself (processes, browsers, whole trainings), or reads how much memory its process takes. */
const alone = [
  'tests/flow/**/*.test.ts',
  'tests/window/**/*.test.ts',
  'tests/guards/**/*.test.ts',
  'tests/numerics/webgpu/*.test.ts',
  'tests/numerics/engine/memory.test.ts',
];

/** Tests compare bits: what a machine computes fastest is measured only by those that are about it. */
const env = { REDOUBT_TUNING: 'off' };

export default defineConfig({
  test: {
    // First what runs one file after the other, then the rest on all cores.
    projects: [
      {
        // Classes with runes (*.svelte.ts) are compiled before they are tested.
        plugins: [svelte({ configFile: './svelte.config.js' })],
        test: {
          name: 'unit',
          include: ['{contract,host,native-workers,electron,renderer,bench}/**/*.test.ts'],
          pool: 'forks',
          env,
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'numerics',
          include: ['tests/numerics/**/*.test.ts'],
          exclude: alone,
          pool: 'forks',
          env,
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'alone',
          include: alone,
          pool: 'forks',
          env,
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'electron',
          include: ['tests/electron/**/*.test.ts'],
          pool: 'forks',
          env,
          testTimeout: 120_000,
        },
      },
    ],
  },
});
