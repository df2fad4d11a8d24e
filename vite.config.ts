import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Bundles the window into dist/renderer, which the host serves under a policy without inline scripts and eval. */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [svelte({ configFile: '../svelte.config.js' })],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome130',
    // Fonts and icons stay files: the policy allows no data: fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // plotly.js is one chunk of about 5 MB, loaded only where something is drawn.
    chunkSizeWarningLimit: 5500,
  },
});
