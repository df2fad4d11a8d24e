/** One mini-batch. Images [batch, height, width, channels] in [0, 1], flat; ids name examples within the dataset. */
export type Batch = {
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly exampleIds: Uint32Array;
};
