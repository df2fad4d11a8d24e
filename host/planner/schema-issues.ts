import type { z } from 'zod';
import type { StudyIssue } from '#contract/study.ts';
import { knownFields } from './known-fields.ts';
import { nearestName } from './nearest-name.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

/** Checks a value and says what is wrong in the words of a study's author: what was expected, what came. */
export function checkAgainst<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
):
  | { readonly kind: 'valid'; readonly value: z.output<Schema> }
  | { readonly kind: 'invalid'; readonly issues: readonly StudyIssue[] } {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return { kind: 'valid', value: result.data };
  const issues = result.error.issues.flatMap((issue) => describeIssue(issue, { schema, value }));
  return { kind: 'invalid', issues };
}

type Root = { readonly schema: z.ZodType; readonly value: unknown };

function describeIssue(issue: Issue, root: Root): StudyIssue[] {
  const path = pathOf(issue);
  const got = issue.input === undefined ? 'nothing' : JSON.stringify(issue.input);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: describeUnknownField(key, knownFields(root.schema, root.value, path)),
      }));
    case 'invalid_union':
      return describeUnion(issue, root);
    case 'invalid_type':
      return issue.input === undefined
        ? [{ path, message: `This field is missing: ${withArticle(issue.expected)} is needed.` }]
        : [{ path, message: `Expected ${withArticle(issue.expected)}, got ${got}.` }];
    case 'invalid_value':
      return [{ path, message: describeChoice(issue.input, issue.values.map(String)) }];
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

/** An alternative without a known kind lists the kinds; otherwise the alternative that came closest speaks. */
function describeUnion(issue: Extract<Issue, { code: 'invalid_union' }>, root: Root): StudyIssue[] {
  const path = pathOf(issue);
  const kinds = kindsOf(issue);
  if (kinds !== undefined) return [{ path, message: describeChoice(discriminatorOf(issue), kinds) }];
  const closest = issue.errors.toSorted((left, right) => distanceOf(left) - distanceOf(right))[0] ?? [];
  return closest.flatMap((inner) => describeIssue({ ...inner, path: [...path, ...inner.path] }, root));
}

/** Alternatives that fail at their very name, or at their type, are further away than those that fail inside. */
const distanceOf = (errors: readonly Issue[]): number =>
  errors.length +
  errors.filter((error) => error.path.length === 0 && error.code === 'invalid_type').length * 100 +
  errors.filter((error) => error.code === 'invalid_value' || error.path.at(-1) === 'name').length * 10;

function kindsOf(issue: Extract<Issue, { code: 'invalid_union' }>): string[] | undefined {
  if (!('note' in issue) || issue.note !== 'No matching discriminator') return undefined;
  return 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : undefined;
}

function discriminatorOf(issue: Extract<Issue, { code: 'invalid_union' }>): unknown {
  const input = issue.input;
  return typeof input === 'object' && input !== null && 'kind' in input ? input.kind : input;
}

const pathOf = (issue: Issue): Path =>
  issue.path.map((part) => (typeof part === 'number' ? part : String(part)));

export function describeUnknownField(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return `Unknown field ${name}. Did you mean ${nearest}?`;
  return `Unknown field ${name}. ${known.length === 0 ? 'None is known here.' : `Known here: ${known.join(', ')}.`}`;
}

function describeChoice(given: unknown, choices: readonly string[]): string {
  const list = choices.length === 1 ? choices[0]! : `one of ${choices.join(', ')}`;
  if (given === undefined) return `This field is missing: ${list} is needed.`;
  if (typeof given !== 'string') return `Expected ${list}, got ${JSON.stringify(given)}.`;
  const nearest = nearestName(given, choices);
  return `Expected ${list}, got ${given}.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`;
}

function describeRange(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>, got: string): string {
  const [limit, words] =
    issue.code === 'too_small'
      ? [String(issue.minimum), issue.inclusive === false ? 'above' : 'at least']
      : [String(issue.maximum), issue.inclusive === false ? 'below' : 'at most'];
  switch (issue.origin) {
    case 'array':
      return `Expected ${words} ${limit} entries.`;
    case 'string':
      return limit === '1' && words === 'at least'
        ? 'Expected a text that is not empty.'
        : `Expected ${words} ${limit} characters.`;
    default:
      return `Expected a number of ${words} ${limit}, got ${got}.`;
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
