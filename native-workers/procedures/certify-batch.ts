import { attackSchema } from '#contract/attack.ts';
import { roundingAllowance, type Certificate } from '#contract/certificate.ts';
import { proofStatuses, type ProofStatus } from '#contract/outcomes.ts';
import { attackInSteps } from '#workers/attacks/attack-batch.ts';
import { imageSize, pickRows } from '#workers/attacks/image-rows.ts';
import type { Effort } from '#workers/attacks/search.ts';
import type { ExampleBatch } from '#workers/data/example-set.ts';
import { measureLosses, predict, type Predictions } from '#workers/networks/predict.ts';
import { boundMargins, type BoundMethod } from '#workers/verification/bound-margins.ts';
import { estimateRadius, smoothingRandom } from '#workers/verification/smoothing.ts';
import type { BatchFindings, EvaluatedNetwork } from './batch-findings.ts';

type Request<Kind = Certificate> = {
  readonly certificate: Kind;
  readonly seed: number;
  readonly batch: ExampleBatch;
};
type BoundCertificate = Exclude<Certificate, { kind: 'smoothing' }>;
type Smoothing = Extract<Certificate, { kind: 'smoothing' }>;

/** Proves what it can about each example, and looks for witnesses against what it cannot prove. */
export async function* certifyBatch(
  network: EvaluatedNetwork,
  { certificate, ...request }: Request,
): AsyncGenerator<Effort, BatchFindings, void> {
  const clean = await predict({ ...network, ...request.batch });
  return certificate.kind === 'smoothing'
    ? yield* smoothBatch(network, { ...request, certificate }, clean)
    : yield* boundBatch(network, { ...request, certificate }, clean);
}

async function* boundBatch(
  network: EvaluatedNetwork,
  request: Request<BoundCertificate>,
  clean: Predictions,
): AsyncGenerator<Effort, BatchFindings, void> {
  const { batch } = request;
  const margins = await leastMargins(network, request);
  const isProved = Array.from(margins, (margin) => margin > roundingAllowance);
  requireConsistent(isProved, clean.classes, batch);
  const open = [...isProved.keys()].filter((row) => !isProved[row]);
  const found = yield* searchWitnesses(network, request, open);
  const statuses = isProved.map((proved): ProofStatus => (proved ? 'verified' : 'unknown'));
  const findings = untouched(clean, batch);
  const size = imageSize(network.graph);
  for (const [at, row] of open.entries()) {
    if (found.verdicts[at] !== 'broken') continue;
    statuses[row] = 'falsified';
    findings.adversarial.set(found.adversarial.subarray(at * size, (at + 1) * size), row * size);
    findings.attackedPredictions[row] = found.predictions[at]!;
    findings.distances[row] = found.distances[at]!;
  }
  return { ...findings, ...proofsOf(statuses, margins) };
}

/** The least lower bound of a margin per example, NaN where one of them is. */
async function leastMargins(
  network: EvaluatedNetwork,
  { certificate, batch: { images, labels } }: Request<BoundCertificate>,
): Promise<Float32Array<ArrayBuffer>> {
  const { epsilon } = certificate;
  const { classCount } = network.graph;
  const margins = await boundMargins({ ...network, images, labels, epsilon, method: methodOf(certificate) });
  return Float32Array.from(labels, (label, row) => {
    const own = margins.subarray(row * classCount, (row + 1) * classCount);
    return Math.min(...own.filter((_, other) => other !== label));
  });
}

function methodOf(certificate: BoundCertificate): BoundMethod {
  switch (certificate.kind) {
    case 'interval':
      return { kind: 'interval', form: 'merged' };
    case 'crown': {
      const { intermediate, lowerSlope } = certificate;
      return { kind: 'crown', intermediate, lowerSlope };
    }
    case 'forward-linear':
      return { kind: 'forward-linear' };
  }
}

/** The image lies in its own ball: a proof about a misclassified one would show that the bounds are wrong. */
function requireConsistent(
  isProved: readonly boolean[],
  classes: Int32Array,
  { labels, exampleIds }: ExampleBatch,
): void {
  const wrong = labels.findIndex((label, row) => isProved[row] === true && classes[row] !== label);
  if (wrong < 0) return;
  throw new Error(
    `Expected verified images to be classified correctly, but image ${exampleIds[wrong]} of the test file is not: the bounds are not sound. Trust no certificate of this version, and report this.`,
  );
}

const witnessSteps = 20;

/** The attacks' judge evaluates every witness again; an image that is misclassified itself needs no search. */
function searchWitnesses(
  network: EvaluatedNetwork,
  { certificate: { norm, epsilon }, seed, batch }: Request<BoundCertificate>,
  rows: readonly number[],
): ReturnType<typeof attackInSteps> {
  return attackInSteps({
    ...network,
    attack: attackSchema.parse({ kind: 'pgd', norm, epsilon, steps: witnessSteps, loss: 'margin' }),
    seed,
    until: 'broken',
    images: pickRows(batch.images, rows, imageSize(network.graph)),
    labels: Int32Array.from(rows, (row) => batch.labels[row]!),
    exampleIds: Uint32Array.from(rows, (row) => batch.exampleIds[row]!),
  });
}

/** The margin of smoothing is its radius: negative where the smoothed classifier is certain of a wrong class. */
async function* smoothBatch(
  network: EvaluatedNetwork,
  { certificate, seed, batch }: Request<Smoothing>,
  clean: Predictions,
): AsyncGenerator<Effort, BatchFindings, void> {
  const count = batch.labels.length;
  const size = imageSize(network.graph);
  const statuses: ProofStatus[] = [];
  const margins = new Float32Array(count);
  for (const [row, label] of batch.labels.entries()) {
    yield { spent: row, left: count - row };
    const image = batch.images.subarray(row * size, (row + 1) * size);
    const random = smoothingRandom(seed, batch.exampleIds[row]!);
    const { predicted, radius } = await estimateRadius(network, image, { settings: certificate, random });
    margins[row] = predicted === label ? radius : -radius;
    statuses.push(smoothedStatus(predicted, radius, { label, epsilon: certificate.epsilon }));
  }
  return { ...untouched(clean, batch), ...proofsOf(statuses, margins) };
}

/** A wrong class at the image itself is its own witness, for the smoothed classifier. */
function smoothedStatus(
  predicted: number | 'abstain',
  radius: number,
  { label, epsilon }: { readonly label: number; readonly epsilon: number },
): ProofStatus {
  if (predicted === 'abstain') return 'unknown';
  if (predicted !== label) return 'falsified';
  return radius >= epsilon ? 'verified' : 'unknown';
}

const untouched = ({ classes, logits }: Predictions, { images, labels }: ExampleBatch) => ({
  cleanPredictions: classes,
  attackedPredictions: classes.slice(),
  distances: new Float32Array(labels.length),
  cleanLosses: measureLosses(logits, labels),
  adversarial: images.slice(),
});

const proofsOf = (
  statuses: readonly ProofStatus[],
  margins: Float32Array<ArrayBuffer>,
): Pick<BatchFindings, 'survived' | 'proofs'> => ({
  survived: Uint8Array.from(statuses, (status) => (status === 'falsified' ? 0 : 1)),
  proofs: { statuses: Uint8Array.from(statuses, (status) => proofStatuses.indexOf(status)), margins },
});
