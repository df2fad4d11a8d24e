import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import typescript from 'typescript-eslint';

const chanceAndTime = [
  {
    object: 'Math',
    property: 'random',
    message: 'Chance is an argument: take a Random from native-workers/array/random.ts.',
  },
  { object: 'Date', property: 'now', message: 'Time is an argument: take `now` from the context.' },
  { object: 'performance', property: 'now', message: 'Time is an argument: take `now` from the context.' },
];

export default typescript.config(
  { ignores: ['dist/', '.cache/', 'node_modules/', 'tests/guards/planted/'] },
  js.configs.recommended,
  ...typescript.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  prettier,
  ...svelte.configs.prettier,
  {
    languageOptions: {
      globals: globals.node,
      parserOptions: {
        projectService: {
          allowDefaultProject: ['*.js', '*.mjs', 'bin/*.js', 'electron/*.cjs', '*.config.ts'],
        },
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Types are what is said, not how: `type` everywhere, no I prefix, no enum (erasableSyntaxOnly).
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      // Typed arrays and regular tables are indexed within bounds that the reader sees.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'No barrel files: import from the file itself.' },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts', 'renderer/**/*.ts'],
    languageOptions: { globals: globals.browser, parserOptions: { parser: typescript.parser } },
  },
  {
    // What a snippet of another component is given has a type only for svelte-check, which does check it.
    files: ['**/*.svelte'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
    },
  },
  {
    files: ['native-workers/**/*.ts'],
    ignores: ['native-workers/entry/**', '**/*.test.ts'],
    rules: { 'no-restricted-properties': ['error', ...chanceAndTime] },
  },
  {
    // A Node that is too old must still be able to read these: plain JavaScript, checked without types.
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    ...typescript.configs.disableTypeChecked,
  },
);
