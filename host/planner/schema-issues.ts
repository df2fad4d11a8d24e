import type { z } from 'zod';
import type { StudyIssue } from '#contract/study.ts';
import { knownFields } from './known-fields.ts';
import { nearestName } from './nearest-name.ts';

/** `atName`: the name of the field is wrong, not its value. */
export type DraftIssue = StudyIssue & { readonly atName?: true };

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

/** Checks a value and says what is wrong in the words of a study's author: what was expected, what came. */
export function checkAgainst<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
):
  | { readonly kind: 'valid'; readonly value: z.output<Schema> }
  | { readonly kind: 'invalid'; readonly issues: readonly DraftIssue[] } {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return { kind: 'valid', value: result.data };
  const issues = result.error.issues.flatMap((issue) => describeIssue(issue, { schema, value }));
  return { kind: 'invalid', issues };
}

type Root = { readonly schema: z.ZodType; readonly value: unknown };

function describeIssue(issue: Issue, root: Root): DraftIssue[] {
  const path = pathOf(issue);
  const got = writeInput(issue.input);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        unknownField([...path, key], knownFields(root.schema, root.value, path)),
      );
    case 'invalid_union':
      return describeUnion(issue, root);
    case 'invalid_type':
      return issue.input === undefined
        ? [{ path, message: describeMissing(path, issue.expected) }]
        : [{ path, message: `Expected ${withArticle(issue.expected)}, got ${got}.` }];
    case 'invalid_value':
      return [{ path, message: describeChoice(path, issue.input, issue.values.map(String)) }];
    case 'too_small':
    case 'too_big':
      return [{ path, message: describeRange(issue, got) }];
    case 'custom':
      return [{ path, message: issue.message }];
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
      return [{ path, message: `${issue.message}, got ${got}.` }];
  }
}

/** A wrong name gets the list of names; otherwise the alternative that came closest speaks. */
function describeUnion(issue: UnionIssue, root: Root): DraftIssue[] {
  const path = pathOf(issue);
  const names = namesOf(issue);
  if (isDiscriminated(issue)) return [{ path, message: describeChoice(path, kindOf(issue.input), names) }];
  if (typeof issue.input === 'string' && names.length > 0)
    return [{ path, message: describeChoice(path, issue.input, names) }];
  const closest = issue.errors.toSorted((left, right) => distanceOf(left) - distanceOf(right))[0] ?? [];
  return closest.flatMap((inner) => describeIssue({ ...inner, path: [...path, ...inner.path] }, root));
}
type UnionIssue = Extract<Issue, { code: 'invalid_union' }>;

/** Alternatives that fail at their type or their very name are further away than those that fail inside. */
const distanceOf = (errors: readonly Issue[]): number =>
  errors.reduce((distance, { code, path }) => {
    if (code === 'invalid_type' && path.length === 0) return distance + 100;
    if (code === 'invalid_value') return distance + 20;
    return distance + (path.at(-1) === 'name' ? 10 : 1);
  }, 0);

const isDiscriminated = (issue: UnionIssue): boolean => 'note' in issue && 'options' in issue;

/** The bare names that any of the alternatives takes: `matched`, `natural`, … */
const namesOf = (issue: Issue): string[] => {
  if (issue.code === 'invalid_value' && issue.path.length === 0) return issue.values.map(String);
  if (issue.code !== 'invalid_union') return [];
  if ('options' in issue && Array.isArray(issue.options)) return issue.options.map(String);
  return issue.errors.flat().flatMap(namesOf);
};

const kindOf = (input: unknown): unknown =>
  typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>)['kind'] : input;

const pathOf = (issue: Issue): Path =>
  issue.path.map((part) => (typeof part === 'number' ? part : String(part)));

export const unknownField = (path: Path, known: readonly string[]): DraftIssue => ({
  path,
  message: describeUnknownField(String(path.at(-1)), known),
  atName: true,
});

function describeUnknownField(name: string, known: readonly string[]): string {
  if (known.includes(name))
    return `The field ${name} goes with another kind or name than the one given beside it. Remove it, or choose that one.`;
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return `Unknown field ${name}. Did you mean ${nearest}?`;
  return `Unknown field ${name}. ${known.length === 0 ? 'None is known here.' : `Known here: ${known.join(', ')}.`}`;
}

const writeInput = (input: unknown): string =>
  input === undefined || input === null ? 'nothing' : JSON.stringify(input);

/** A field that is missing has no place of its own in the file: its name tells where it belongs. */
const missing = (path: Path): string => {
  const name = path.at(-1);
  return typeof name === 'string' ? `The field ${name} is missing` : 'This entry is missing';
};

const describeMissing = (path: Path, type: string): string =>
  type === 'object' ? `${missing(path)}.` : `${missing(path)}: ${withArticle(type)} is needed.`;

function describeChoice(path: Path, given: unknown, choices: readonly string[]): string {
  const list = choices.length === 1 ? choices[0]! : `one of ${choices.join(', ')}`;
  if (given === undefined) return `${missing(path)}: ${list} is needed.`;
  if (typeof given !== 'string') return `Expected ${list}, got ${writeInput(given)}.`;
  const nearest = nearestName(given, choices);
  return `Expected ${list}, got ${given}.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`;
}

function describeRange(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>, got: string): string {
  const [limit, words] =
    issue.code === 'too_small'
      ? [String(issue.minimum), issue.inclusive === false ? 'above' : 'of at least']
      : [String(issue.maximum), issue.inclusive === false ? 'below' : 'of at most'];
  switch (issue.origin) {
    case 'array':
      return `Expected a list ${words} ${limit} entries.`;
    case 'string':
      return limit === '1' && issue.code === 'too_small'
        ? 'Expected a text that is not empty.'
        : `Expected a text ${words} ${limit} characters.`;
    default:
      return `Expected a number ${words} ${limit}, got ${got}.`;
  }
}

function withArticle(type: string): string {
  switch (type) {
    case 'int':
      return 'a whole number';
    case 'object':
    case 'record':
      return 'a group of fields';
    case 'array':
      return 'a list';
    case 'boolean':
      return 'true or false';
    case 'string':
      return 'a text';
    default:
      return `a ${type}`;
  }
}
