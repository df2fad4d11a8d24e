import { ruleOfThumb } from '../lower/filter-gradient.ts';
import {
  filterGradientVariants,
  type FilterGradientChoice,
  type FilterGradientShape,
  type FilterGradientVariant,
} from '../lower/lowered.ts';
import type { RememberedChoices } from './remembered-choices.ts';

/** Chooses how filter gradients are computed, and says what it chose. */
export type Tuner = {
  readonly choose: FilterGradientChoice;
  /** By shape, all that was chosen in this process since programs were last given up. */
  readonly taken: () => Readonly<Record<string, FilterGradientVariant>>;
  /** From now on these come first. Returns whether something was chosen otherwise, so that programs are stale. */
  readonly keepTo: (choices: Readonly<Record<string, string>>) => boolean;
  /** In words, what was chosen against the rule of thumb. */
  readonly remark: () => string | undefined;
};

/** What a machine was found to compute fastest, and how that is found. */
export type Machine = { readonly remembered: RememberedChoices; readonly measure: Measure };
type Measure = (shape: FilterGradientShape, variants: readonly FilterGradientVariant[]) => Times;
type Times = Readonly<
  Partial<Record<FilterGradientVariant, { readonly shortest: number; readonly median: number }>>
>;

/** Fewer multiplications take a millisecond or two in any way. */
const worthMeasuring = 2 ** 25;
/** So much shorter than the rule's variant another one must be: less is noise, which would differ between machines. */
const clearlyShorter = 0.85;
/** With larger outputs convolution is slower always, and adds up so many numbers one by one that digits are lost. */
const largestFilter = 64;

/** Without a machine to ask, the rule of thumb and what is kept to decide. */
export function createTuner(machine?: Machine): Tuner {
  const settled = new Map<string, FilterGradientVariant>();
  const exceptions = new Set<string>();
  let kept: ReadonlyMap<string, FilterGradientVariant> = new Map();
  const ofMachine = (shape: FilterGradientShape): FilterGradientVariant => {
    const rule = ruleOfThumb(shape);
    if (machine === undefined || multiplications(shape) < worthMeasuring) return rule;
    const { remembered, measure } = machine;
    const key = shapeKey(shape);
    const known = remembered.recall(key);
    if (known !== undefined) return known;
    const milliseconds = measure(shape, candidates(shape));
    const variant = fastest(milliseconds, rule);
    return remembered.remember(key, { variant, milliseconds }) ?? rule;
  };
  return {
    choose: (shape) => {
      const key = shapeKey(shape);
      const variant = settled.get(key) ?? kept.get(key) ?? ofMachine(shape);
      settled.set(key, variant);
      if (variant !== ruleOfThumb(shape)) exceptions.add(key);
      return variant;
    },
    taken: () => Object.fromEntries(settled),
    keepTo: (choices) => {
      const before = kept;
      kept = new Map(Object.entries(choices).flatMap(([key, word]) => entryOf(key, word)));
      const isStale = [...settled].some(
        ([key, variant]) => (kept.get(key) ?? (before.has(key) ? undefined : variant)) !== variant,
      );
      if (isStale) {
        settled.clear();
        exceptions.clear();
      }
      return isStale;
    },
    remark: () => {
      const words = [...settled].filter(([key]) => exceptions.has(key)).map((entry) => entry.join(': '));
      return words.length === 0
        ? undefined
        : `Filter gradients that this machine computes otherwise than by the rule of thumb: ${words.join('; ')}.`;
    },
  };
}

/** `64x8x8x32 3x3 strides 1,1 padding 1,1,1,1 dilations 1,1 outputs 64`; the images come first. */
export function shapeKey({ batch, inputs, outputs, geometry }: FilterGradientShape): string {
  const { input, filter, strides, padding, dilations } = geometry;
  const words = [
    [batch, ...input, inputs].join('x'),
    filter.join('x'),
    `strides ${strides.join()}`,
    `padding ${padding.join()}`,
    `dilations ${dilations.join()}`,
    `outputs ${outputs}`,
  ];
  return words.join(' ');
}

function candidates({ geometry }: FilterGradientShape): readonly FilterGradientVariant[] {
  const [rows, columns] = geometry.output;
  return filterGradientVariants.filter(
    (variant) => variant !== 'as-convolution' || rows * columns <= largestFilter,
  );
}

function multiplications({ batch, inputs, outputs, geometry }: FilterGradientShape): number {
  return [...geometry.output, ...geometry.filter, inputs, outputs].reduce((a, b) => a * b, batch);
}

/**
 * A variant's usual time against the rule's shortest: beside other work the times of all grow, and few variants seem
 * faster by mistake; on a quiet machine both are the same.
 */
function fastest(times: Times, rule: FilterGradientVariant): FilterGradientVariant {
  const usual = (variant: FilterGradientVariant): number => times[variant]?.median ?? Infinity;
  const best = filterGradientVariants.reduce((a, b) => (usual(b) < usual(a) ? b : a));
  return usual(best) < clearlyShorter * (times[rule]?.shortest ?? 0) ? best : rule;
}

/** A word of a later version counts as none. */
function entryOf(key: string, word: string): [string, FilterGradientVariant][] {
  const variant = filterGradientVariants.find((each) => each === word);
  return variant === undefined ? [] : [[key, variant]];
}
