import type { Scalar, Settings } from './run.ts';
import { headerFields, listFields, type StudyDraft } from './study.ts';

type Path = readonly (string | number)[];

/** A list in a study, and every value that the plan takes from it: lists inside its entries are multiplied out. */
export type Factor = { readonly path: readonly string[]; readonly values: readonly unknown[] };

/** Which entry of the list at `path` was taken. */
type Choice = { readonly path: readonly string[]; readonly index: number };
type Variant = { readonly value: unknown; readonly choices: readonly Choice[] };

/** A cell before it is parsed, and where its values stand in the file (to point errors at their line). */
export type DraftCell = {
  readonly value: Readonly<Record<string, unknown>>;
  readonly choices: readonly Choice[];
  /** For each of its attacks, certificates and so on the entry of the list, and the choices within. */
  readonly evaluations: Readonly<Partial<Record<EvaluationList, readonly EvaluationEntry[]>>>;
};
type EvaluationEntry = { readonly entry: number; readonly choices: readonly Choice[] };

/** What `evaluate` lists: a list inside an entry becomes more entries. */
export const evaluationLists = ['attacks', 'certificates', 'openWorld'] as const;
export type EvaluationList = (typeof evaluationLists)[number];

/** Every list of a study that is not a list by nature, in the order of the file. `evaluate` holds no factors. */
export function listFactors(draft: StudyDraft): Factor[] {
  return factorsIn(splitDraft(draft).settings, []);
}

/** The product of all factors, the last factor varying fastest. Lists inside an entry of `evaluate` become more entries. */
export function expandCells(draft: StudyDraft): DraftCell[] {
  const { settings, evaluate } = splitDraft(draft);
  const listed = evaluationLists.flatMap((list) => {
    const entries = entriesOf(evaluate, list);
    return entries === undefined ? [] : [[list, entries] as const];
  });
  const values = listed.map(([list, entries]) => [list, entries.map(({ value }) => value)] as const);
  const evaluation = isFields(evaluate) ? { ...evaluate, ...Object.fromEntries(values) } : evaluate;
  return variantsOf(settings, []).map(({ value, choices }) => ({
    value: { ...(value as object), ...(evaluation === undefined ? {} : { evaluate: evaluation }) },
    choices,
    evaluations: Object.fromEntries(listed),
  }));
}

/** How many cells a study has, without making them. */
export const countCells = (draft: StudyDraft): number => countVariants(splitDraft(draft).settings, []);

/** How many entries of a list each cell is evaluated with, without making them. */
export const countEvaluations = (draft: StudyDraft, list: EvaluationList): number =>
  (listIn(splitDraft(draft).evaluate, list) ?? []).reduce<number>(
    (sum, entry) => sum + countVariants(entry, []),
    0,
  );

/** Where in the study file a path of a cell stands: factors put the index of their value after their own path. */
export function sourcePath(cell: DraftCell, path: Path): Path {
  const [evaluate, list, position, ...rest] = path;
  const known = evaluationLists.find((name) => name === list);
  if (evaluate !== 'evaluate' || known === undefined) return withChoices(cell.choices, path);
  const source = typeof position === 'number' ? cell.evaluations[known]?.[position] : undefined;
  return source === undefined ? path : [evaluate, known, source.entry, ...withChoices(source.choices, rest)];
}

/**
 * Flattens settings to dotted paths. An alternative's own path carries its kind (or name):
 * `{objective: {kind: adversarial, epsilon: …}}` gives `objective` and `objective.epsilon`.
 */
export function flattenSettings(value: unknown, prefix = ''): Settings {
  if (value === undefined || value === null) return {};
  if (Array.isArray(value)) return { [prefix]: value.map(String).join(', ') };
  if (typeof value !== 'object') return { [prefix]: value as Scalar };
  const parts = Object.entries(value).map(([field, inner]) => {
    const names = prefix !== '' && (field === 'kind' || field === 'name');
    return flattenSettings(inner, names ? prefix : prefix === '' ? field : `${prefix}.${field}`);
  });
  return Object.assign({}, ...parts) as Settings;
}

type Fields = Readonly<Record<string, unknown>>;

function splitDraft(draft: StudyDraft): { readonly settings: Fields; readonly evaluate: Fields | undefined } {
  const body = Object.entries(draft).filter(([field]) => !headerFields.some((header) => header === field));
  const settings = Object.fromEntries(body.filter(([field]) => field !== 'evaluate'));
  return { settings, evaluate: draft['evaluate'] as Fields | undefined };
}

function listIn(evaluate: unknown, list: EvaluationList): readonly unknown[] | undefined {
  const found = isFields(evaluate) ? evaluate[list] : undefined;
  return Array.isArray(found) ? found : undefined;
}

const entriesOf = (evaluate: unknown, list: EvaluationList) =>
  listIn(evaluate, list)?.flatMap((value, entry) =>
    variantsOf(value, []).map((variant) => ({ ...variant, entry })),
  );

function factorsIn(value: unknown, path: readonly string[]): Factor[] {
  if (isFactor(value, path))
    return [{ path, values: variantsOf(value, path).map((variant) => variant.value) }];
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([field, inner]) => factorsIn(inner, [...path, field]));
}

/** Every way of taking one entry from each list in a value. */
function variantsOf(value: unknown, path: readonly string[]): Variant[] {
  if (isFactor(value, path))
    return value.flatMap((entry: unknown, index) =>
      (Array.isArray(entry) ? [{ value: entry as unknown, choices: [] }] : variantsOf(entry, path)).map(
        (variant) => ({ value: variant.value, choices: [{ path, index }, ...variant.choices] }),
      ),
    );
  if (!isFields(value)) return [{ value, choices: [] }];
  return Object.entries(value).reduce<Variant[]>(
    (wholes, [field, inner]) => {
      const parts = variantsOf(inner, [...path, field]);
      return wholes.flatMap((whole) =>
        parts.map((part) => ({
          value: { ...(whole.value as Fields), [field]: part.value },
          choices: [...whole.choices, ...part.choices],
        })),
      );
    },
    [{ value: {}, choices: [] }],
  );
}

function countVariants(value: unknown, path: readonly string[]): number {
  if (isFactor(value, path))
    return value.reduce<number>(
      (sum, entry) => sum + (Array.isArray(entry) ? 1 : countVariants(entry, path)),
      0,
    );
  if (!isFields(value)) return 1;
  return Object.entries(value).reduce(
    (product, [field, inner]) => product * countVariants(inner, [...path, field]),
    1,
  );
}

/** Inner choices first: an index put in leaves the places before it as they are. */
const withChoices = (choices: readonly Choice[], path: Path): Path =>
  choices
    .filter((choice) => choice.path.every((part, index) => path[index] === part))
    .sort((left, right) => right.path.length - left.path.length)
    .reduce<Path>((found, { path: { length }, index }) => found.toSpliced(length, 0, index), path);

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `widths: [64, 64]` is one list; `widths: [[64], [128]]` is a factor of lists. */
const isFactor = (value: unknown, path: readonly string[]): value is readonly unknown[] =>
  Array.isArray(value) && (!listFields.has(path[path.length - 1] ?? '') || value.every(Array.isArray));
