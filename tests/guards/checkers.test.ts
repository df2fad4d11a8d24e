import { afterEach, describe, expect, it } from 'vitest';
import { plantTree, runTool } from './planted-tree.ts';

/** A checker that silently checks nothing is worse than none: each is shown a fault and a sound twin of it. */
type Planted = {
  readonly fault: string;
  readonly tool: string;
  readonly args: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly sound: Readonly<Record<string, string>>;
  readonly says: RegExp;
};

const cruise = ['--config', '.dependency-cruiser.mjs', 'contract', 'host', 'renderer', 'native-workers'];
const lint = ['--max-warnings', '0', '.'];
const empty = 'export const nothing = 0;\n';
const folders = {
  'contract/a.ts': empty,
  'host/a.ts': empty,
  'renderer/a.ts': empty,
  'native-workers/a.ts': empty,
};

const planted: readonly Planted[] = [
  {
    fault: 'a worker that imports the host',
    tool: 'depcruise',
    args: cruise,
    files: { ...folders, 'native-workers/a.ts': "export { nothing } from '../host/a.ts';\n" },
    sound: { ...folders, 'native-workers/a.ts': "export { nothing } from '../contract/a.ts';\n" },
    says: /native-workers-is-closed/,
  },
  {
    fault: 'an attack that imports a procedure',
    tool: 'depcruise',
    args: cruise,
    files: {
      ...folders,
      'native-workers/attacks/a.ts': "export { nothing } from '../procedures/b.ts';\n",
      'native-workers/procedures/b.ts': empty,
    },
    sound: {
      ...folders,
      'native-workers/attacks/a.ts': empty,
      'native-workers/procedures/b.ts': "export { nothing } from '../attacks/a.ts';\n",
    },
    says: /native-workers-attacks/,
  },
  {
    fault: 'a feature that imports another feature',
    tool: 'depcruise',
    args: cruise,
    files: {
      ...folders,
      'renderer/features/runs/a.ts': "export { nothing } from '../farm/b.ts';\n",
      'renderer/features/farm/b.ts': empty,
    },
    sound: {
      ...folders,
      'renderer/features/runs/a.ts': "export { nothing } from '../../kit/b.ts';\n",
      'renderer/kit/b.ts': empty,
    },
    says: /features-are-apart/,
  },
  {
    fault: 'a cycle',
    tool: 'depcruise',
    args: cruise,
    files: {
      ...folders,
      'host/a.ts': "import { b } from './b.ts';\nexport const a = (): number => b();\n",
      'host/b.ts': "import { a } from './a.ts';\nexport const b = (): number => a();\n",
    },
    sound: {
      ...folders,
      'host/a.ts': "import { b } from './b.ts';\nexport const a = (): number => b();\n",
      'host/b.ts': 'export const b = (): number => 1;\n',
    },
    says: /no-cycle/,
  },
  {
    fault: 'Math.random in native-workers',
    tool: 'eslint',
    args: lint,
    files: { ...folders, 'native-workers/a.ts': 'export const draw = (): number => Math.random();\n' },
    sound: { ...folders, 'host/a.ts': 'export const draw = (): number => Math.random();\n' },
    says: /no-restricted-properties/,
  },
  {
    fault: 'a promise nobody awaits (type-checked linting)',
    tool: 'eslint',
    args: lint,
    files: { ...folders, 'host/a.ts': 'export const start = (): void => {\n  Promise.resolve(1);\n};\n' },
    sound: {
      ...folders,
      'host/a.ts': 'export const start = (): void => {\n  void Promise.resolve(1);\n};\n',
    },
    says: /no-floating-promises/,
  },
  {
    fault: 'Node in contract',
    tool: 'tsc',
    args: ['-b', 'contract'],
    files: {
      'contract/a.ts': "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
    },
    sound: { 'contract/a.ts': empty },
    says: /TS2\d\d\d/,
  },
  {
    fault: 'a type error in a .svelte file',
    tool: 'svelte-check',
    args: ['--tsconfig', 'renderer/tsconfig.json', '--fail-on-warnings'],
    files: {
      ...folders,
      'renderer/A.svelte':
        '<script lang="ts">\n  const count: number = \'three\';\n</script>\n\n<p>{count}</p>\n',
    },
    sound: {
      ...folders,
      'renderer/A.svelte': '<script lang="ts">\n  const count: number = 3;\n</script>\n\n<p>{count}</p>\n',
    },
    says: /not assignable to type 'number'/,
  },
  {
    fault: 'an export nobody uses',
    tool: 'knip',
    args: ['--include', 'exports'],
    files: {
      'host/cli/main.ts': "import { used } from '../a.ts';\nused();\n",
      'host/a.ts': 'export const used = (): void => undefined;\nexport const unused = 1;\n',
    },
    sound: {
      'host/cli/main.ts': "import { used } from '../a.ts';\nused();\n",
      'host/a.ts': 'export const used = (): void => undefined;\n',
    },
    says: /unused/,
  },
  {
    fault: 'a file that is not formatted',
    tool: 'prettier',
    args: ['--check', 'host'],
    files: { 'host/a.ts': 'export   const a = "x"\n' },
    sound: { 'host/a.ts': "export const a = 'x';\n" },
    says: /host\/a\.ts/,
  },
];

describe('every checker fires', () => {
  let remove = (): void => undefined;
  afterEach(() => remove());

  it.each(planted)(
    '$tool sees $fault and passes its sound twin',
    async ({ tool, args, files, sound, says }) => {
      const faulty = plantTree(files);
      remove = faulty.remove;
      const seen = await runTool(tool, args, faulty.folder);
      expect(seen.output).toMatch(says);
      expect(seen.code).not.toBe(0);
      faulty.remove();

      const good = plantTree(sound);
      remove = good.remove;
      const passed = await runTool(tool, args, good.folder);
      expect(passed.output).not.toMatch(says);
      expect(passed.code).toBe(0);
    },
  );
});
