import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** Two kinds of tests: quick ones in parallel, and those that use every core (training, browsers) one after the other. */
const slow = [
  'tests/flow/**/*.test.ts',
  'tests/window/**/*.test.ts',
  'tests/numerics/**/*.test.ts',
  'tests/guards/**/*.test.ts',
];

/** Tests compare bits: what a machine computes fastest is measured only by those that are about it. */
const env = { REDOUBT_TUNING: 'off' };

export default defineConfig({
  test: {
    projects: [
      {
        // Classes with runes (*.svelte.ts) are compiled before they are tested.
        plugins: [svelte({ configFile: './svelte.config.js' })],
        test: {
          name: 'unit',
          include: ['{contract,host,native-workers,electron,renderer,bench}/**/*.test.ts'],
          pool: 'forks',
          env,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'slow',
          include: slow,
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
