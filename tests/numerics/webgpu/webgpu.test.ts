import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { laws } from './laws.ts';
import { adapterAbsent, softwareAdapter } from './software-adapter.ts';

type Tried = { readonly kind: 'tried'; readonly name: string; readonly broken: readonly string[] };
type Words = Tried | { readonly kind: 'started'; readonly device: string };

const adapter = softwareAdapter();
const environment = { ...process.env, ...adapter };

describe.skipIf(adapter === undefined)(`the onnx engine on WebGPU, in software${adapterAbsent}`, () => {
  const words: Words[] = [];
  let end: unknown;
  beforeAll(async () => {
    const child = fork(fileURLToPath(new URL('try-laws.ts', import.meta.url)), [], {
      env: environment,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (message) => words.push(message as Words));
    end = await once(child, 'close');
  }, 280_000);

  it('computes there and nowhere else', () => {
    expect(words[0]).toEqual({ kind: 'started', device: 'WebGPU: onnxruntime' });
  });

  it.each(Object.keys(laws))('%s', (name) => {
    const tried = words.find((each): each is Tried => each.kind === 'tried' && each.name === name);
    expect(tried?.broken).toEqual([]);
  });

  it('ends well', () => {
    expect(end).toEqual([0, null]);
  });
});
