import { describe, expect, it } from 'vitest';
import type { NetworkGraph } from '#contract/network.ts';
import { createWitnesses, type SearchUntil } from './witnesses.ts';

const graph = { classCount: 3 } as NetworkGraph;

/** One example of class 0; each point shows its logits and, with a companion, a score. */
function seen(
  points: readonly (readonly number[])[],
  options: {
    readonly target?: number;
    readonly until?: SearchUntil;
    readonly companion?: { readonly enough: number | undefined };
  } = {},
) {
  const { target = -1, until = 'end', companion } = options;
  const witnesses = createWitnesses({
    graph,
    images: new Float32Array(1),
    labels: Int32Array.of(0),
    targets: Int32Array.of(target),
    until,
    ...(companion && { companion }),
  });
  const kept = points.map((shown) => witnesses.weigh([0], Float32Array.from(shown))[0] === 1);
  return { kept, isOpen: witnesses.isOpen(0) };
}

describe('witnesses', () => {
  it('of an attack away from a class are the points with the greatest lead of another', () => {
    expect(seen([[3, 1, 0], [3, 2, 0], [3, 1, 0], [1, 0, 2], [1, 0, 1.5]]).kept) // prettier-ignore
      .toEqual([true, true, false, true, false]);
  });

  it('of an attack towards a class are the points where it leads by most', () => {
    expect(seen([[3, 1, 0], [3, 9, 0], [0, 3, 2], [0, 3, 2.5]], { target: 2 }).kept) // prettier-ignore
      .toEqual([true, false, true, true]);
  });

  it('end a search where a lead is clear, but not where rounding could take it back', () => {
    const until = 'broken';
    expect(seen([[3, 1, 0]], { until }).isOpen).toBe(true);
    expect(seen([[100, 100.005, 0]], { until }).isOpen).toBe(true);
    expect(seen([[100, 101, 0]], { until }).isOpen).toBe(false);
    expect(seen([[100, 101, 0], [100, 105, 0]], { until }).kept).toEqual([true, false]); // prettier-ignore
    expect(seen([[100, 101, 0]]).isOpen).toBe(true);
  });

  describe('with a score beside the target', () => {
    const target = 1;

    it('put every point on target before all others, and those among themselves by their score', () => {
      const points = [
        [3, 2, 0, 50],
        [3, 2.5, 0, -9],
        [3, 4, 0, -5],
        [3, 2.9, 0, 90],
        [3, 9, 0, -6],
        [3, 3.5, 0, -1],
      ];
      expect(seen(points, { target, companion: { enough: undefined } }).kept).toEqual([
        true,
        true,
        true,
        false,
        false,
        true,
      ]);
    });

    it('keep a point on target though another, whose lead is greater, is not clearly there', () => {
      const points = [
        [0, 0.001, 0, 5],
        [100, 100.005, 0, 9],
      ];
      expect(seen(points, { target, companion: { enough: undefined } }).kept).toEqual([true, false]);
    });

    it('end a search on target with score enough, and neither with one of the two alone', () => {
      const companion = { enough: 2 };
      const until = 'broken';
      expect(seen([[3, 2, 0, 9]], { target, until, companion }).isOpen).toBe(true);
      expect(seen([[3, 4, 0, 1.9]], { target, until, companion }).isOpen).toBe(true);
      expect(seen([[3, 4, 0, 2]], { target, until, companion }).isOpen).toBe(false);
      expect(seen([[3, 4, 0, 2]], { target, companion }).isOpen).toBe(true);
      const walked = { target, until, companion: { enough: undefined } } as const;
      expect(seen([[3, 4, 0, 99]], walked).isOpen).toBe(true);
    });
  });
});
