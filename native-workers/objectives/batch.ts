/** One mini-batch. Images [batch, height, width, channels] in [0, 1], flat; ids name examples within the dataset. */
export type Batch = {
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly exampleIds: Uint32Array;
  /** Inputs of no class, as many as images and laid out like them; there where the objective has outliers. */
  readonly outliers?: Float32Array;
};
