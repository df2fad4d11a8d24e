import { Command, InvalidArgumentError } from 'commander';
import { benchEngine, defaultPython } from './engine/bench-engine.ts';

const program = new Command('bench').description('Measures Redoubt against named peers, by hand.');

program
  .command('engine')
  .description(
    'The onnx engine against PyTorch eager with a tuned allocator; ratios are peer time / our time.',
  )
  .option('--threads <n>', 'threads on either side', wholeNumber, 2)
  .option('--rounds <n>', 'interleaved measurements of each case', wholeNumber, 7)
  .option('--batches <list>', 'batch sizes', (list) => list.split(',').map(wholeNumber), [64, 128])
  .option('--python <path>', 'a Python with bench/peers/requirements.txt', defaultPython)
  .option('--cifar <folder>', "CIFAR-10's binary files, for attackEvaluation")
  .option('--weights <file>', 'safetensors of cnn-small, for attackEvaluation')
  .option('--json', 'end with one line of JSON')
  .action(async (options: EngineCommandOptions) => {
    const { json, ...rest } = options;
    const say = (line: string): void => {
      process.stderr.write(`${line}\n`);
    };
    const result = await benchEngine({ ...rest, say });
    process.stdout.write(`${json ? JSON.stringify(result) : JSON.stringify(result.ratios, undefined, 2)}\n`);
  });

await program.parseAsync();

type EngineCommandOptions = {
  readonly threads: number;
  readonly rounds: number;
  readonly batches: readonly number[];
  readonly python: string;
  readonly cifar?: string;
  readonly weights?: string;
  readonly json?: boolean;
};

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected a whole number above 0.');
  return value;
}
