import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Device } from '#contract/device.ts';
import { selfTestMessageSchema, type SelfTestCheck, type SelfTestMessage } from '#contract/self-test.ts';
import { discoverDevices } from '#host/farm/devices/discover-devices.ts';
import { installation } from '#host/installation.ts';

/** An engine on a device, as the self-test found it. */
export type EngineFinding = Pick<Device, 'engine' | 'name'> &
  (
    | { readonly kind: 'passed'; readonly checks: readonly SelfTestCheck[]; readonly seconds: number }
    | { readonly kind: 'failed'; readonly checks: readonly SelfTestCheck[]; readonly reason: string }
    | { readonly kind: 'unavailable'; readonly reason: string }
  );

type EngineTest = {
  readonly devices?: readonly Device[];
  /** The script that tests one engine. */
  readonly entry?: string;
};

/** Engines that any processor may have, whether or not the farm would choose them. */
const processorEngines: readonly Device['engine'][] = ['onnx', 'wasm'];

/** Tests every engine that can be had on this machine, each in a process of its own, and names those that cannot. */
export async function* testEngines({
  devices = discoverDevices(),
  entry = installation.selfTestEntry,
}: EngineTest = {}): AsyncGenerator<EngineFinding> {
  for (const { device, isOffered } of candidates(devices)) {
    const { engine, name, availability } = device;
    if (availability.kind !== 'unavailable')
      yield { engine, name, ...(await testEngine(entry, device, isOffered)) };
    else yield { engine, name, kind: 'unavailable', reason: `${availability.reason} ${availability.remedy}` };
  }
}

/** `isOffered`: the farm would use it, so that it has to work. */
type Candidate = { readonly device: Device; readonly isOffered: boolean };

/** The farm's devices, and the processor once more under every other engine. */
function candidates(devices: readonly Device[]): Candidate[] {
  const processors = devices.filter(({ kind }) => kind === 'cpu');
  const others = processors.slice(0, 1).flatMap((processor) =>
    processorEngines
      .concat(processor.otherEngines ?? [])
      .filter((engine, i, all) => all.indexOf(engine) === i)
      .filter((engine) => processors.every((known) => known.engine !== engine))
      .map((engine): Candidate => ({ device: { ...processor, engine }, isOffered: false })),
  );
  const offered = devices.map((device): Candidate => ({ device, isOffered: true }));
  return [...offered, ...others].sort((a, b) => Number(isIdle(a)) - Number(isIdle(b)));
}

const isIdle = ({ device }: Candidate): boolean => device.availability.kind === 'unavailable';

type Outcome =
  | Pick<Extract<EngineFinding, { kind: 'passed' }>, 'kind' | 'checks' | 'seconds'>
  | Pick<Extract<EngineFinding, { kind: 'failed' }>, 'kind' | 'checks' | 'reason'>
  | Pick<Extract<EngineFinding, { kind: 'unavailable' }>, 'kind' | 'reason'>;

/** A device may be very slow; one that says nothing for so long hangs. */
const patienceMs = 120_000;

async function testEngine(entry: string, { engine, kind }: Device, isOffered: boolean): Promise<Outcome> {
  const start = performance.now();
  const said: SelfTestMessage[] = [];
  const child = fork(entry, ['--engine', engine, '--device', kind], {
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const patience = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  child.on('message', (words) => {
    patience.refresh();
    said.push(selfTestMessageSchema.parse(words));
  });
  const words = await lastWords(child);
  clearTimeout(patience);
  const checks = said.flatMap((message) => (message.kind === 'check' ? [message.check] : []));
  if (said.length === 0 && !isOffered) return { kind: 'unavailable', reason: `It does not start: ${words}` };
  if (said.at(-1)?.kind !== 'ended')
    return { kind: 'failed', checks, reason: `It ended too early: ${words}` };
  const failed = checks.filter(({ verdict }) => verdict === 'failed');
  if (failed.length > 0) return { kind: 'failed', checks, reason: failed.map(describeFailure).join(' ') };
  return { kind: 'passed', checks, seconds: (performance.now() - start) / 1000 };
}

function describeFailure({ name, error, tolerance, reason }: SelfTestCheck): string {
  const difference = error === undefined ? '' : `off by ${error.toExponential(1)}, allowed ${tolerance}.`;
  return `${name}: ${reason ?? difference}`;
}

/** What a process wrote before it ended: its error if it names one. */
async function lastWords(child: ChildProcess): Promise<string> {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    text = (text + part).slice(-10_000);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const error = lines.find((line) => /Error/.test(line)) ?? lines.at(-1);
  return error ?? (signal === null ? `exit code ${code}.` : `signal ${signal}.`);
}
