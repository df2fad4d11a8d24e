import type { Scalar, Settings } from './run.ts';
import { headerFields, listFields, type StudyDraft } from './study.ts';

type Path = readonly (string | number)[];
export type Factor = { readonly path: readonly string[]; readonly values: readonly unknown[] };

/** A cell before it is parsed, and for each factor the index of the value it took (to point errors at their line). */
export type DraftCell = {
  readonly value: Readonly<Record<string, unknown>>;
  readonly choices: readonly { readonly path: readonly string[]; readonly index: number }[];
  /** Where each of its attacks stands in the file. */
  readonly attacks: readonly AttackSource[];
};
/** Entry of `evaluate.attacks`, and for each list in it the index of the value taken. */
type AttackSource = { readonly entry: number; readonly taken: Readonly<Record<string, number>> };

/** Every list of a study that is not a list by nature, in the order of the file. `evaluate` holds no factors. */
export function listFactors(draft: StudyDraft): Factor[] {
  return Object.entries(bodyOf(draft)).flatMap(([field, value]) =>
    field === 'evaluate' ? [] : factorsIn(value, [field]),
  );
}

/** The product of all factors, the last factor varying fastest. Lists inside an attack become more attacks. */
export function expandCells(draft: StudyDraft): DraftCell[] {
  const { body, attacks } = withAttacksExpanded(bodyOf(draft));
  return listFactors(draft).reduce<DraftCell[]>(
    (cells, factor) =>
      cells.flatMap((cell) =>
        factor.values.map((value, index) => ({
          value: replaced(cell.value, factor.path, value) as DraftCell['value'],
          choices: [...cell.choices, { path: factor.path, index }],
          attacks,
        })),
      ),
    [{ value: body, choices: [], attacks }],
  );
}

/** How many cells a study has, without making them. */
export const countCells = (draft: StudyDraft): number =>
  listFactors(draft).reduce((product, factor) => product * factor.values.length, 1);

/** How many attacks each cell is evaluated with, without making them. */
export function countAttacks(draft: StudyDraft): number {
  const evaluate = draft['evaluate'];
  if (typeof evaluate !== 'object' || evaluate === null || !('attacks' in evaluate)) return 0;
  if (!Array.isArray(evaluate.attacks)) return 0;
  return evaluate.attacks
    .map((attack: unknown) => Object.values(attack ?? {}).filter(Array.isArray))
    .reduce((sum, lists) => sum + lists.reduce((product, list) => product * list.length, 1), 0);
}

/** Where in the study file a path of a cell stands: factors put the index of their value after their own path. */
export function sourcePath(cell: DraftCell, path: Path): Path {
  if (path[0] === 'evaluate' && path[1] === 'attacks') return attackPath(cell, path);
  const choice = cell.choices.find((candidate) =>
    candidate.path.every((part, index) => path[index] === part),
  );
  if (choice === undefined) return path;
  const depth = choice.path.length;
  return [...path.slice(0, depth), choice.index, ...path.slice(depth)];
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

const bodyOf = (draft: StudyDraft): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(draft).filter(([field]) => !headerFields.some((header) => header === field)),
  );

function factorsIn(value: unknown, path: readonly string[]): Factor[] {
  if (Array.isArray(value)) return isListByNature(value, path) ? [] : [{ path, values: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) => factorsIn(inner, [...path, field]));
}

/** `widths: [64, 64]` is one list; `widths: [[64], [128]]` is a factor of lists. */
const isListByNature = (values: readonly unknown[], path: readonly string[]): boolean =>
  listFields.has(path[path.length - 1] ?? '') && !values.every(Array.isArray);

function replaced(value: unknown, path: readonly string[], replacement: unknown): unknown {
  const [field, ...rest] = path;
  if (field === undefined) return replacement;
  const object = value as Record<string, unknown>;
  return { ...object, [field]: replaced(object[field], rest, replacement) };
}

function attackPath({ attacks }: DraftCell, [evaluate, list, position, field, ...rest]: Path): Path {
  const source = typeof position === 'number' ? attacks[position] : undefined;
  const taken = source?.taken[field ?? ''];
  return [evaluate, list, source?.entry ?? position, field, taken, ...rest].filter(
    (step) => step !== undefined,
  );
}

type Body = Readonly<Record<string, unknown>>;
function withAttacksExpanded(body: Body): { body: Body; attacks: readonly AttackSource[] } {
  const evaluate = body['evaluate'];
  if (typeof evaluate !== 'object' || evaluate === null || !('attacks' in evaluate))
    return { body, attacks: [] };
  if (!Array.isArray(evaluate.attacks)) return { body, attacks: [] };
  const variants = evaluate.attacks.flatMap(expandLists);
  const expanded = { ...evaluate, attacks: variants.map(({ attack }) => attack) };
  return { body: { ...body, evaluate: expanded }, attacks: variants.map(({ source }) => source) };
}

type Variant = { readonly attack: unknown; readonly source: AttackSource };
function expandLists(attack: unknown, entry: number): Variant[] {
  const whole: Variant = { attack, source: { entry, taken: {} } };
  if (typeof attack !== 'object' || attack === null) return [whole];
  return Object.entries(attack).reduce<Variant[]>(
    (variants, [field, value]) =>
      Array.isArray(value)
        ? variants.flatMap((variant) =>
            value.map((choice: unknown, index) => ({
              attack: { ...(variant.attack as object), [field]: choice },
              source: { entry, taken: { ...variant.source.taken, [field]: index } },
            })),
          )
        : variants,
    [whole],
  );
}
