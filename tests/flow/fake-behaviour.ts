import type { StageKey } from '#contract/stage.ts';

/** What the fake worker does with a stage: it counts steps, and something may happen at one of them. */
export type FakeBehaviour = {
  readonly steps: number;
  readonly checkpointEvery: number;
  readonly stepMs: number;
  readonly mishap: { readonly step: number; readonly what: Mishap; readonly times: number } | undefined;
  /** Every batch is sent twice. */
  readonly sendsTwice: boolean;
  /** Acknowledgements that get lost on the way, the first ones of each attempt. */
  readonly lostAcks: number;
  readonly ignoresStop: boolean;
};
export type Mishap =
  | 'exit-with-code'
  | 'die-within-a-batch'
  | 'abort'
  | 'exhaust-heap'
  | 'send-nonsense'
  | 'fail-for-memory'
  | 'diverge';

export const plainBehaviour: FakeBehaviour = {
  steps: 6,
  checkpointEvery: 2,
  stepMs: 1,
  mishap: undefined,
  sendsTwice: false,
  lostAcks: 0,
  ignoresStop: false,
};

/** `behaviours.json` in the workspace: who is not named behaves plainly. */
export type FakeBehaviours = Readonly<Record<StageKey, Partial<FakeBehaviour>>>;
export const behavioursFile = 'behaviours.json';

/** `trace.jsonl` in the workspace: what the fake workers did, one line each. */
export type TraceEntry = {
  readonly what: 'start' | 'finish' | 'stop' | 'mishap';
  readonly stage: StageKey;
  readonly attempt: number;
  readonly pid: number;
  readonly fromStep: number;
};
export const traceFile = 'trace.jsonl';

/** The curve that a stage draws: a pure function of stage and step, so that it can be foretold. */
export const curveValue = (stage: StageKey, step: number): number =>
  Math.sin(step + Number.parseInt(stage.slice(0, 8), 16));
