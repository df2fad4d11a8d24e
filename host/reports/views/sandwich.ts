import { certificateName, certificateSubjects, contains, type Certificate } from '#contract/certificate.ts';
import { proofStatuses, type ExampleOutcomes } from '#contract/outcomes.ts';
import { attackOf, certificateOf, labelOf, type Evaluation } from './evaluation.ts';

/** A proof and a refutation of one run that cannot both be right. */
export type Contradiction = {
  readonly certificate: Evaluation;
  /** An attack, or another certificate that found witnesses. */
  readonly attack: Evaluation;
  /** Test images that are verified and yet broken. */
  readonly examples: readonly number[];
  readonly message: string;
};

/**
 * The sandwich law: what is verified on a ball survives every attack inside that ball, and no other certificate finds
 * a witness there. Takes the evaluations of one run. Smoothing speaks of another classifier than the one that is attacked, so its proofs contradict no attack.
 */
export function findContradictions(evaluations: readonly Evaluation[]): Contradiction[] {
  return evaluations.flatMap((certificate) => {
    const claim = claimOf(certificate);
    const verified = verifiedIn(certificate.outcomes);
    if (claim === undefined || verified.size === 0) return [];
    return evaluations.flatMap((attack) => contradiction({ claim, certificate, verified }, attack));
  });
}

/** What a certificate says of the network that is attacked. */
function claimOf(evaluation: Evaluation): Certificate | undefined {
  const claim = certificateOf(evaluation);
  return claim !== undefined && certificateSubjects[claim.kind] === 'network' ? claim : undefined;
}

type Proved = {
  readonly claim: Certificate;
  readonly certificate: Evaluation;
  readonly verified: ReadonlySet<number>;
};

function contradiction({ claim, certificate, verified }: Proved, attack: Evaluation): Contradiction[] {
  const ball = attackOf(attack) ?? claimOf(attack);
  if (ball === undefined || !contains(claim, ball)) return [];
  const examples = yetBroken(verified, attack.outcomes);
  if (examples.length === 0) return [];
  const shown = examples.slice(0, 5).join(', ');
  const images = examples.length === 1 ? '1 test image' : `${examples.length} test images`;
  const message = `${images} verified by ${certificateName(claim)} did not survive ${labelOf(attack)}, a ball inside it (${examples.length > 5 ? 'first ' : ''}number ${shown}). A proof and its refutation cannot both be right: the certificate is refused. Please report this.`;
  return [{ certificate, attack, examples, message }];
}

function verifiedIn(outcomes: ExampleOutcomes | undefined): ReadonlySet<number> {
  const { examples, proofs } = outcomes ?? {};
  return new Set(
    examples?.filter((_, index) => proofs && proofStatuses[proofs.statuses[index]!] === 'verified'),
  );
}

const yetBroken = (verified: ReadonlySet<number>, attacked: ExampleOutcomes | undefined): number[] =>
  attacked === undefined
    ? []
    : [
        ...attacked.examples.filter(
          (example, index) => attacked.survived[index] !== 1 && verified.has(example),
        ),
      ];
