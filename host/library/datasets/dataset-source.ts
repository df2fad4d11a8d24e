import type { DatasetManifest } from '#contract/dataset.ts';

/** Some examples in a row: pixels are bytes [labels.length, height, width, channels], 255 is the full value. */
export type ExampleBlock = { readonly pixels: Uint8Array; readonly labels: Uint16Array };

/** One split as its files give it. `blocks` reads them once; every block is the reader's to keep. */
export type SplitSource = { readonly count: number; readonly blocks: () => AsyncIterable<ExampleBlock> };

/** A dataset outside the library, looked over but not yet read whole. */
export type DatasetSource = Pick<DatasetManifest, 'title' | 'classes' | 'augmentation'> & {
  readonly shape: readonly [number, number, number];
  readonly provenance: Omit<DatasetManifest['provenance'], 'importedFrom'>;
  readonly train: SplitSource;
  readonly test: SplitSource;
};
