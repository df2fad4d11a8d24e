import { scaleLinear, scaleLog } from 'd3-scale';

export type Tick = { readonly value: number; readonly text: string };

/** How close two labels may come, as a part of the axis. */
const nearest = 0.05;
/** Of each decade, from the fewest marks to the most. */
const ladders: readonly (readonly number[])[] = [[1], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9]];

/** Round values of a logarithmic axis: of as few as tell it, three or more. Where all lie close together, even steps. */
export function roundTicks(low: number, high: number): readonly number[] {
  if (low === high) return [low];
  const within = ladders.map((ladder) => decadesOf(low, high).flatMap((decade) => multiples(ladder, decade)));
  const shown = within
    .map((values) => values.filter((value) => value >= low && value <= high))
    .find((values) => values.length >= 3);
  return shown ?? scaleLinear([low, high], [0, 1]).ticks(4);
}

/** Labels side by side only: of two that would touch, the one further from the dense network goes; its mark stays. */
export function spacedTicks(ticks: readonly Tick[], [from, to]: readonly [number, number]): readonly Tick[] {
  const place = scaleLog([from, to], [0, 1]);
  const sorted = ticks.toSorted((left, right) => dense(left) - dense(right));
  const labelled: number[] = [];
  return sorted.map((tick) => {
    const at = place(tick.value);
    if (labelled.some((other) => Math.abs(other - at) < nearest)) return { ...tick, text: '' };
    labelled.push(at);
    return tick;
  });
}

/** How far from 1: both compression and density of a dense network are 1. */
const dense = ({ value }: Tick): number => Math.abs(Math.log(value));

const decadesOf = (low: number, high: number): readonly number[] => {
  const first = Math.floor(Math.log10(low));
  return Array.from({ length: Math.floor(Math.log10(high)) - first + 1 }, (_, step) => first + step);
};

/** Written as text first: 3 times 10 to the minus one is 0.3, and not 0.30000000000000004. */
const multiples = (ladder: readonly number[], decade: number): readonly number[] =>
  ladder.map((factor) => Number(`${factor}e${decade}`));
