/** Draws of 32 bits by SplitMix32 (Steele et al. 2014, with the finisher of MurmurHash3): for resampling, not for secrets. */
export function randomUint32(seed: number): () => number {
  // Signed, as engines hold small integers: an unsigned one would be a number on the heap at every draw.
  let state = seed | 0;
  return () => {
    state = (state + 0x9e37_79b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85eb_ca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
}
