import { Command, InvalidArgumentError, Option } from 'commander';
import { benchCertify, certifyMeasures, type CertifyBenchOptions } from './certify/bench-certify.ts';
import { benchEngine } from './engine/bench-engine.ts';
import { benchWasm } from './engine/bench-wasm.ts';
import { benchNetworks, engineMeasures, type EngineBenchOptions } from './engine/settings.ts';
import { defaultPython } from './sides/pytorch.ts';

const tiny = { peer: 'none', networks: ['cnn-small'], batches: [4], threads: [1], rounds: 1 } as const;
const program = new Command('bench').description('Measures Redoubt against named peers, by hand.');

program
  .command('engine')
  .description('The onnx engine against PyTorch; ratios are peer time / our time.')
  .addOption(new Option('--peer <name>').choices(['pytorch', 'wasm', 'none']).default('pytorch'))
  .addOption(listOption('--measures <list>', engineMeasures, engineMeasures))
  .addOption(listOption('--networks <list>', benchNetworks, benchNetworks.slice(1)))
  .option('--batches <list>', 'batch sizes', wholeNumbers, [64, 128])
  .option('--threads <list>', 'threads on either side; left out: 2, and 1 for cnn-large', wholeNumbers)
  .option('--full', 'every form of PyTorch on every network, batch and number of threads', false)
  .option('--smoke', 'tiny sizes and no peer: shows that everything runs', false)
  .option('--rounds <n>', 'most interleaved measurements of each case', wholeNumber, 9)
  .option('--images <n>', 'how many images are attacked', wholeNumber, 1000)
  .option('--python <path>', 'a Python with bench/peers/requirements.txt', defaultPython)
  .option('--cifar <folder>', "CIFAR-10's binary files (default: ../shared/data/cifar10)")
  .option('--json', 'end with one line of JSON')
  .action(async ({ json, ...options }: EngineBenchOptions & JsonOption) => {
    const bench = options.peer === 'wasm' ? benchWasm : benchEngine;
    print(await bench(options.smoke ? { ...options, ...tiny } : options, say), json);
  });

program
  .command('certify')
  .description('Interval bounds, CROWN and learned scores against the same in plain PyTorch.')
  .addOption(new Option('--peer <name>').choices(['pytorch', 'none']).default('pytorch'))
  .addOption(listOption('--measures <list>', certifyMeasures, certifyMeasures))
  .option('--smoke', 'tiny sizes and no peer: shows that everything runs', false)
  .option('--rounds <n>', 'most interleaved measurements of each case', wholeNumber, 7)
  .option('--python <path>', 'a Python with bench/peers/requirements.txt', defaultPython)
  .option('--json', 'end with one line of JSON')
  .action(async ({ json, ...options }: CertifyBenchOptions & JsonOption) => {
    print(await benchCertify(options.smoke ? { ...options, peer: 'none', rounds: 1 } : options, say), json);
  });

await program.parseAsync();

type JsonOption = { readonly json?: boolean };

/** The result goes to the standard output, everything said on the way to the other one. */
function print(result: { readonly ratios: object }, json: boolean | undefined): void {
  process.stdout.write(`${json ? JSON.stringify(result) : JSON.stringify(result.ratios, undefined, 2)}\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function listOption<T extends string>(flags: string, known: readonly T[], defaults: readonly T[]): Option {
  return new Option(flags, `among ${known.join(', ')}`).default(defaults).argParser((text) =>
    text.split(',').map((name) => {
      if ((known as readonly string[]).includes(name)) return name;
      throw new InvalidArgumentError(`Expected some of ${known.join(', ')}, got ${name}.`);
    }),
  );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected a whole number above 0.');
  return value;
}

function wholeNumbers(text: string): readonly number[] {
  return text.split(',').map(wholeNumber);
}
