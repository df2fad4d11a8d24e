import { dirname, join, relative, sep } from 'node:path';
import type { FetchedLibrary } from './fetch-library.ts';
import { InstallError } from './install-error.ts';
import { ToolError, type RunTool } from './tool.ts';

type Build = {
  readonly run: RunTool;
  readonly compiler: string;
  readonly platform: string;
  readonly signal?: AbortSignal | undefined;
};

/** Where its parts lie; the module is written into `folder` and finds the libraries wherever that is moved to. */
type Parts = FetchedLibrary & { readonly folder: string; readonly nodeHeaders: string };

/** Compiles the native module of tfjs-node, two source files, against what was fetched. */
export async function buildBinding(parts: Parts, { run, compiler, platform, signal }: Build): Promise<void> {
  const { folder } = parts;
  try {
    await run(compiler, compilerArguments(parts, platform), { folder, signal });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new InstallError(
      `The native module of tfjs-node could not be compiled: ${error.message}`,
      'A compiler that knows C++17 is needed; CXX names another one.',
    );
  }
}

function compilerArguments({ folder, libraries, headers, nodeHeaders }: Parts, platform: string): string[] {
  const libraryFolder = relative(folder, dirname(libraries[0]!)).split(sep).join('/');
  const own = platform === 'darwin' ? '@loader_path' : '$ORIGIN';
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join('package', 'binding', file));
  return [
    ...['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8'],
    // Node itself has the functions that a module of it calls.
    ...(platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []),
    ...['-I', nodeHeaders, '-I', headers],
    ...sources,
    ...libraries,
    `-Wl,-rpath,${own}/${libraryFolder}`,
    ...['-o', 'tfjs_binding.node'],
  ];
}
