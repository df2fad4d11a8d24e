import type { StageKind } from '#contract/stage.ts';

/**
 * A stage's label without what the run around it says anyhow: its kind, the way to its network in brackets, its seed.
 * `evaluate pgd-50 linf 8/255 (natural, magnitude 0.1 network, natural) seed 0` is `pgd-50 linf 8/255`.
 */
export const shortLabel = ({ kind, label }: { readonly kind: StageKind; readonly label: string }): string =>
  label
    .replace(`${kind} `, '')
    .replace(/ seed \d+$/, '')
    .replace(/ \([^()]*\)$/, '');
