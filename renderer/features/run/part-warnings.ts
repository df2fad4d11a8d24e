import type { EvaluationCard } from '#contract/views.ts';

type PartedWarnings = {
  /** What is true of every finished evaluation is said once. */
  readonly shared: readonly string[];
  readonly own: ReadonlyMap<EvaluationCard, readonly string[]>;
};

export function partWarnings(cards: readonly EvaluationCard[]): PartedWarnings {
  const judged = cards.filter((card) => card.clean !== undefined);
  const [first, ...rest] = judged;
  const shared =
    rest.length === 0
      ? []
      : (first?.warnings ?? []).filter((warning) => rest.every((card) => card.warnings.includes(warning)));
  const own = new Map(
    cards.map((card) => [card, card.warnings.filter((warning) => !shared.includes(warning))]),
  );
  return { shared, own };
}
