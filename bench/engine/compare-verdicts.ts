import type { Findings } from '../measuring/request.ts';

/** Why two attacks may rightly say different things about one image; `unexplained` where no reason holds. */
type Difference = {
  readonly example: number;
  readonly survived: 'ours' | 'peer';
  /** The greatest logit of another class less the label's, at the point that each side found. */
  readonly ourLead: number;
  readonly peerLead: number;
  readonly reason:
    /** This project breaks an image at any point of the path; torchattacks looks at the last one. PyTorch confirms the point. */
    | 'broken on the path'
    /** The lead is as small as rounding makes it. */
    | 'within rounding'
    | 'unexplained';
};
export type VerdictComparison = {
  /** Attacked accuracy, of either side. */
  readonly attackedAccuracy: { readonly ours: number; readonly peer: number };
  readonly differences: readonly Difference[];
  readonly unexplained: number;
};
type Attacked = Required<Pick<Findings, 'survived' | 'leads' | 'scales'>>;
/** What PyTorch says of our witnesses. */
type Judged = {
  readonly examples: readonly number[];
  readonly leads: readonly (number | null)[];
  readonly distances: readonly number[];
};

/** A lead below this part of the greatest logit is within the rounding of 50 steps along two float32 paths. */
const roundingLead = 1e-3;
const distanceTolerance = 1e-6;

type Verdicts = Pick<Attacked, 'survived'>;

export function differingExamples(ours: Verdicts, peer: Verdicts): readonly number[] {
  return Array.from(ours.survived).flatMap((mark, example) =>
    mark === peer.survived[example] ? [] : [example],
  );
}

export function compareVerdicts(
  ours: Attacked,
  peer: Attacked,
  { judged, epsilon }: { readonly judged: Judged; readonly epsilon: number },
): VerdictComparison {
  const differences = differingExamples(ours, peer).map((example): Difference => {
    const survived = ours.survived[example] === '1' ? 'ours' : 'peer';
    const ourLead = ours.leads[example] ?? NaN;
    const peerLead = peer.leads[example] ?? NaN;
    const at = judged.examples.indexOf(example);
    const isConfirmed = (judged.leads[at] ?? NaN) > 0 && judged.distances[at]! <= epsilon + distanceTolerance;
    const isRounding = (lead: number, scales: readonly number[]): boolean =>
      Math.abs(lead) <= roundingLead * scales[example]!;
    const reason =
      survived === 'peer' && isConfirmed
        ? 'broken on the path'
        : isRounding(ourLead, ours.scales) || isRounding(peerLead, peer.scales)
          ? 'within rounding'
          : 'unexplained';
    return { example, survived, ourLead, peerLead, reason };
  });
  return {
    attackedAccuracy: { ours: fraction(ours.survived), peer: fraction(peer.survived) },
    differences,
    unexplained: differences.filter(({ reason }) => reason === 'unexplained').length,
  };
}

const fraction = (survived: string): number =>
  Array.from(survived).filter((mark) => mark === '1').length / survived.length;
