/**
 * A seeded stream of chance: xoshiro128** (Blackman & Vigna 2018, doi:10.1145/3460772), its four words of state
 * filled by SplitMix32 from a 64-bit FNV-1a hash of the seed and the purpose.
 * A stream is named by what it is for, so nothing needs saving: resuming derives the same stream again.
 */
export type Random = {
  /** Uniform over [0, 2^32). */
  readonly nextUint32: () => number;
  /** Uniform over [0, 1) with 32 random bits. */
  readonly nextUniform: () => number;
  /** Standard normal (Marsaglia's polar method). */
  readonly nextNormal: () => number;
  /** Uniform over 0 … bound - 1, without modulo bias. */
  readonly nextInt: (bound: number) => number;
  /** Every value in [low, high), rounded to float32. */
  readonly fillUniform: (target: Float32Array, low: number, high: number) => Float32Array;
  readonly fillNormal: (target: Float32Array, mean: number, standardDeviation: number) => Float32Array;
  /** A uniformly random order of 0 … count - 1 (Fisher-Yates). */
  readonly permutation: (count: number) => Uint32Array;
  /** An independent stream for a narrower purpose; this stream's position does not matter and does not move. */
  readonly derive: (...purpose: readonly PurposePart[]) => Random;
};
export type PurposePart = string | number;

/** The stream of one purpose: `createRandom(seed, 'shuffle', epoch)`. */
export function createRandom(seed: number, ...purpose: readonly PurposePart[]): Random {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff)
    throw new RangeError(`A seed must be an integer in [0, 2^32), got ${seed}.`);
  return streamOf([seed, ...purpose]);
}

function streamOf(path: readonly PurposePart[]): Random {
  const state = stateOf(path);
  const nextUint32 = xoshiro128(state);
  const nextUniform = (): number => nextUint32() * 2 ** -32;
  const nextInt = (bound: number): number => drawBelow(bound, nextUint32);
  const nextNormal = polarNormals(nextUniform);
  return {
    nextUint32,
    nextUniform,
    nextNormal,
    nextInt,
    fillUniform: (target, low, high) => fillUniform(target, state, low, high - low),
    fillNormal: (target, mean, standardDeviation) => {
      for (let i = 0; i < target.length; i += 1) target[i] = mean + standardDeviation * nextNormal();
      return target;
    },
    permutation: (count) => shuffled(count, nextInt),
    derive: (...purpose) => streamOf([...path, ...purpose]),
  };
}

/** As if by nextUint32, in an eighth of the time: an attack's random start draws once per value of an image. */
function fillUniform(target: Float32Array, state: Uint32Array, low: number, span: number): Float32Array {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  for (let i = 0; i < target.length; i += 1) {
    target[i] = low + span * (scrambled(b) * 2 ** -32);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
  return target;
}

/** The upper part of the range that would favour small results is drawn again. */
function drawBelow(bound: number, nextUint32: () => number): number {
  if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32)
    throw new RangeError(`nextInt needs an integer bound in [1, 2^32], got ${bound}.`);
  const limit = 2 ** 32 - (2 ** 32 % bound);
  let drawn = nextUint32();
  while (drawn >= limit) drawn = nextUint32();
  return drawn % bound;
}

function shuffled(count: number, nextInt: (bound: number) => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = nextInt(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function polarNormals(nextUniform: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    let x: number, y: number, square: number;
    do {
      x = 2 * nextUniform() - 1;
      y = 2 * nextUniform() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    spare = y * scale;
    return x * scale;
  };
}

/**
 * Moves `state` on with every call. Exported for the known-answer test; everything else names its stream through
 * {@link createRandom}.
 */
export function xoshiro128(state: Uint32Array): () => number {
  return () => {
    const b = state[1]!;
    const c = state[2]! ^ state[0]!;
    const d = state[3]! ^ b;
    state[1] = b ^ c;
    state[0] = state[0]! ^ d;
    state[2] = c ^ (b << 9);
    state[3] = rotateLeft(d, 11);
    return scrambled(b);
  };
}

const scrambled = (word: number): number => Math.imul(rotateLeft(Math.imul(word, 5), 7), 9) >>> 0;

const rotateLeft = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

function stateOf(path: readonly PurposePart[]): Uint32Array {
  const hash = fnv1a64(new TextEncoder().encode(JSON.stringify(path)));
  const low = splitMix32(Number(hash & 0xffff_ffffn));
  const high = splitMix32(Number(hash >> 32n));
  const state = Uint32Array.of(low(), high(), low(), high());
  if (state.every((word) => word === 0)) state[0] = 1; // the one state xoshiro never leaves
  return state;
}

function fnv1a64(bytes: Uint8Array): bigint {
  let hash = 0xcbf2_9ce4_8422_2325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100_0000_01b3n);
  return hash;
}

function splitMix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e37_79b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0_aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a_2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}
