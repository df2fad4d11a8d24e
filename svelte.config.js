import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** Read by Vite and by svelte-check. */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
};
