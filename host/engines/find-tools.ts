import { InstallError } from './install-error.ts';
import type { RunTool } from './tool.ts';

/** Programs of the system that an installation needs, by the name under which they are here. */
export type Tools = {
  readonly npm: string;
  readonly tar: string;
  readonly compiler: string;
  /** A Python that has pip; without one, wheels cannot be had. */
  readonly python: string | undefined;
};

type Search = { readonly run: RunTool; readonly folder: string; readonly platform: string };

/** Finds them all before anything is fetched, so that nobody waits for a download that cannot be used. */
export async function findTools(search: Search): Promise<Tools> {
  const chosenCompiler = process.env['CXX'];
  const first = (names: readonly string[], args: readonly string[]): Promise<string | undefined> =>
    firstThatRuns(search, names, args);
  const [npm, tar, compiler, python] = await Promise.all([
    first(['npm'], ['--version']),
    first(['tar'], ['--version']),
    first(chosenCompiler ? [chosenCompiler] : ['c++', 'g++', 'clang++'], ['--version']),
    first(['python3', 'python'], ['-m', 'pip', '--version']),
  ]);
  const missing = [
    npm === undefined && 'npm, which comes with Node (nodejs.org)',
    tar === undefined && 'tar',
    compiler === undefined && `a C++ compiler (${compilerRemedy(search.platform)})`,
  ].filter((words) => words !== false);
  if (npm === undefined || tar === undefined || compiler === undefined)
    throw new InstallError(`Missing here: ${missing.join('; ')}.`, 'Install it and run this again.');
  return { npm, tar, compiler, python };
}

const compilerRemedy = (platform: string): string =>
  platform === 'darwin' ? 'run "xcode-select --install"' : 'such as g++, on Debian "apt install g++"';

async function firstThatRuns(
  { run, folder }: Search,
  names: readonly string[],
  args: readonly string[],
): Promise<string | undefined> {
  for (const name of names)
    try {
      await run(name, args, { folder });
      return name;
    } catch {
      // The next name may be there.
    }
  return undefined;
}
