import { createWriteStream, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Tools } from './find-tools.ts';
import { InstallError } from './install-error.ts';
import { wheelPython, type LibrarySource } from './plan-tensorflow.ts';
import type { RunTool } from './tool.ts';

/** Where the C library and its headers came to lie. */
export type FetchedLibrary = {
  /** Both libraries, in the order in which a linker wants them. */
  readonly libraries: readonly string[];
  readonly headers: string;
};

type Fetch = {
  readonly run: RunTool;
  readonly tools: Tools;
  readonly signal?: AbortSignal | undefined;
  /** Answers requests for archives. */
  readonly request?: typeof fetch;
};
type Archive = Extract<LibrarySource, { kind: 'archive' }>;
type Wheel = Extract<LibrarySource, { kind: 'wheel' }>;

/** Fetches TensorFlow's C library into `folder`. */
export async function fetchLibrary(
  source: LibrarySource,
  folder: string,
  given: Fetch,
): Promise<FetchedLibrary> {
  mkdirSync(folder, { recursive: true });
  switch (source.kind) {
    case 'archive':
      await fetchArchive(source, folder, given);
      return found(join(folder, 'lib'), join(folder, 'include'));
    case 'wheel':
      await fetchWheel(source, folder, given);
      return found(join(folder, 'tensorflow'), join(folder, 'tensorflow', 'include'));
  }
}

const connectMs = 20_000;

async function fetchArchive(
  { address }: Archive,
  folder: string,
  { run, tools, signal, request = fetch }: Fetch,
): Promise<void> {
  const { host } = new URL(address);
  const tooLate = new AbortController();
  const timer = setTimeout(() => {
    tooLate.abort();
  }, connectMs);
  const signals = signal === undefined ? [tooLate.signal] : [tooLate.signal, signal];
  const answer = await request(address, { signal: AbortSignal.any(signals) }).catch(() => undefined);
  clearTimeout(timer);
  signal?.throwIfAborted();
  if (answer?.ok !== true || answer.body === null)
    throw new InstallError(
      answer === undefined
        ? `${host} cannot be reached.`
        : `${host} answered ${answer.status} to ${address}.`,
      'Check the network.',
    );
  const file = join(folder, 'archive.tar.gz');
  await pipeline(Readable.fromWeb(answer.body), createWriteStream(file), { signal });
  await run(tools.tar, ['-xzf', 'archive.tar.gz'], { folder, signal });
  rmSync(file);
}

async function fetchWheel(
  { requirement, platforms, companions }: Wheel,
  folder: string,
  { run, tools, signal }: Fetch,
): Promise<void> {
  if (tools.python === undefined)
    throw new InstallError(
      'Python with pip is not installed, which TensorFlow’s wheel is fetched with.',
      'Install it (on Debian "apt install python3-pip") and run this again.',
    );
  const temporary = join(folder, 'wheels');
  mkdirSync(temporary);
  writeFileSync(join(temporary, 'requirements.txt'), `${requirement}\n`);
  const setting = { folder: temporary, signal, environment: { TMPDIR: temporary } };
  const wanted = platforms.flatMap((platform) => ['--platform', platform]);
  const download = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--only-binary=:all:',
    '--disable-pip-version-check',
  ];
  await run(
    tools.python,
    [...download, '--python-version', wheelPython, ...wanted, '--require-hashes', '-r', 'requirements.txt'],
    setting,
  );
  if (companions.length > 0) await run(tools.python, [...download, ...wanted, ...companions], setting);
  for (const file of readdirSync(temporary).filter((name) => name.endsWith('.whl')))
    await run(tools.python, ['-c', unpackLibraries, file, folder], setting);
  rmSync(temporary, { recursive: true });
}

/** Of a wheel: shared libraries and C headers, without the Python around them. */
const unpackLibraries = `
import re, sys, zipfile
wanted = re.compile(
    r'tensorflow/libtensorflow_(cc|framework)\\.|tensorflow\\.libs/|tensorflow/include/(tensorflow/(c|core/platform|tsl)|tsl|xla)/.*\\.h$|nvidia/.*/(lib|bin|nvvm)/'
)
with zipfile.ZipFile(sys.argv[1]) as wheel:
    wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if wanted.match(name)])
`;

/** Whatever it came in: libtensorflow or libtensorflow_cc, as .so or .dylib. */
function found(folder: string, headers: string): FetchedLibrary {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const named = (pattern: RegExp): string | undefined => files.find((file) => pattern.test(file));
  const main = named(/^libtensorflow(_cc)?(\.so\.2|\.2\.dylib)$/);
  const framework = named(/^libtensorflow_framework(\.so\.2|\.2\.dylib)$/);
  if (main === undefined || framework === undefined || !existsSync(join(headers, 'tensorflow/c/c_api.h')))
    throw new InstallError(
      'What was fetched as TensorFlow’s C library does not hold its libraries and headers.',
      'This version of Redoubt expects another; that is for a report.',
    );
  return { libraries: [join(folder, main), join(folder, framework)], headers };
}
