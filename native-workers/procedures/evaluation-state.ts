import { proofStatuses, type ExampleOutcomes } from '#contract/outcomes.ts';
import type { SafetensorsFile, StoredArray, StoredValues } from '#workers/array/safetensors.ts';
import type { ExampleBatch } from '#workers/data/example-set.ts';
import type { BatchFindings } from './batch-findings.ts';
import { collectCandidates, type ExampleOutcome, type GalleryEntry } from './gallery.ts';

/** What an evaluation knows so far: the first `done` entries of every list are filled in. */
export type EvaluationState = {
  readonly done: number;
  readonly outcomes: ExampleOutcomes;
  readonly cleanLosses: Float32Array;
  readonly candidates: readonly GalleryEntry[];
};

export const emptyState = (count: number, proves: boolean): EvaluationState => ({
  done: 0,
  outcomes: {
    examples: new Uint32Array(count),
    labels: new Uint16Array(count),
    cleanPredictions: new Uint16Array(count),
    attackedPredictions: new Uint16Array(count),
    survived: new Uint8Array(count),
    distances: new Float32Array(count),
    ...(proves && { proofs: { statuses: new Uint8Array(count), margins: new Float32Array(count) } }),
  },
  cleanLosses: new Float32Array(count),
  candidates: [],
});

/** Writes the findings into the state's lists, which it keeps. */
export function addFindings(
  state: EvaluationState,
  batch: ExampleBatch,
  findings: BatchFindings,
): EvaluationState {
  const { done: first, outcomes, cleanLosses } = state;
  outcomes.examples.set(batch.exampleIds, first);
  outcomes.labels.set(batch.labels, first);
  outcomes.cleanPredictions.set(findings.cleanPredictions, first);
  outcomes.attackedPredictions.set(findings.attackedPredictions, first);
  outcomes.survived.set(findings.survived, first);
  outcomes.distances.set(findings.distances, first);
  if (findings.proofs) {
    outcomes.proofs?.statuses.set(findings.proofs.statuses, first);
    outcomes.proofs?.margins.set(findings.proofs.margins, first);
  }
  cleanLosses.set(findings.cleanLosses, first);
  const candidates = collectCandidates(state.candidates, batch, { findings, first });
  return { ...state, candidates, done: first + batch.labels.length };
}

/** Means over the examples done so far. */
export function measureState({ done, outcomes, cleanLosses }: EvaluationState): {
  readonly clean: number;
  readonly attacked: number;
  readonly cleanLoss: number;
} {
  let clean = 0;
  let attacked = 0;
  let cleanLoss = 0;
  for (let i = 0; i < done; i += 1) {
    if (outcomes.cleanPredictions[i] === outcomes.labels[i]) clean += 1;
    attacked += outcomes.survived[i]!;
    cleanLoss += cleanLosses[i]!;
  }
  return { clean: clean / done, attacked: attacked / done, cleanLoss: cleanLoss / done };
}

/** What a certificate has proved so far: the share verified, and the mean of the margins that are numbers. */
export function measureProofs({ done, outcomes: { proofs } }: EvaluationState): {
  readonly certified: number;
  readonly margin: number | undefined;
} {
  const statuses = proofs?.statuses.subarray(0, done) ?? [];
  const margins = [...(proofs?.margins.subarray(0, done) ?? [])].filter(Number.isFinite);
  const verified = statuses.filter((status) => proofStatuses[status] === 'verified').length;
  return {
    certified: verified / done,
    margin:
      margins.length === 0 ? undefined : margins.reduce((sum, margin) => sum + margin, 0) / margins.length,
  };
}

const outcomeCodes: readonly ExampleOutcome[] = ['broken', 'survived', 'misclassified'];

export function stateToCheckpoint({
  done,
  outcomes,
  cleanLosses,
  candidates,
}: EvaluationState): SafetensorsFile {
  const columns: Record<string, StoredValues> = {
    cleanLosses,
    distances: outcomes.distances,
    examples: outcomes.examples,
    labels: Uint32Array.from(outcomes.labels),
    cleanPredictions: Uint32Array.from(outcomes.cleanPredictions),
    attackedPredictions: Uint32Array.from(outcomes.attackedPredictions),
    'gallery.positions': Uint32Array.from(candidates, ({ position }) => position),
    'gallery.adversarial': joined(candidates.map(({ adversarial }) => adversarial)),
    survived: outcomes.survived,
    'gallery.outcomes': Uint8Array.from(candidates, ({ outcome }) => outcomeCodes.indexOf(outcome)),
    ...(outcomes.proofs && {
      'proofs.margins': outcomes.proofs.margins,
      'proofs.statuses': outcomes.proofs.statuses,
    }),
  };
  const arrays = new Map<string, StoredArray>(
    Object.entries(columns).map(([name, values]) => [name, { shape: [values.length], values }]),
  );
  return { arrays, metadata: { done: String(done) } };
}

export function parseState({ arrays, metadata }: SafetensorsFile): EvaluationState {
  const column = (name: string): StoredValues => {
    const values = arrays.get(name)?.values;
    if (values === undefined) throw new Error(`The checkpoint has no ${name}.`);
    return values;
  };
  const done = Number(metadata['done']);
  if (!Number.isInteger(done)) throw new Error(`The checkpoint does not say how many examples are done.`);
  return {
    done,
    outcomes: {
      examples: Uint32Array.from(column('examples')),
      labels: Uint16Array.from(column('labels')),
      cleanPredictions: Uint16Array.from(column('cleanPredictions')),
      attackedPredictions: Uint16Array.from(column('attackedPredictions')),
      survived: Uint8Array.from(column('survived')),
      distances: Float32Array.from(column('distances')),
      ...(arrays.has('proofs.statuses') && {
        proofs: {
          statuses: Uint8Array.from(column('proofs.statuses')),
          margins: Float32Array.from(column('proofs.margins')),
        },
      }),
    },
    cleanLosses: Float32Array.from(column('cleanLosses')),
    candidates: parseCandidates(column),
  };
}

function parseCandidates(column: (name: string) => StoredValues): readonly GalleryEntry[] {
  const adversarial = Float32Array.from(column('gallery.adversarial'));
  const codes = column('gallery.outcomes');
  const positions = column('gallery.positions');
  const size = adversarial.length / Math.max(1, positions.length);
  return Array.from(positions, (position, entry) => ({
    position,
    outcome: outcomeCodes[codes[entry]!]!,
    adversarial: adversarial.slice(entry * size, (entry + 1) * size),
  }));
}

export function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
