import { z } from 'zod';
import { cellSchema, studyHeaderSchema } from '#contract/study.ts';

/** Names of fields from the outermost in: `prune`, `training`, `optimizer`. Lists have no name. */
type Path = readonly string[];

/** The fields that may stand inside of a field of a study; all of them where nothing is known of it. */
export function fieldsAt(path: Path): string[] {
  const found = path.length === 0 ? topFields : schemasAt(path).flatMap(fieldsOf);
  return found.length > 0 ? [...new Set(found)] : everyField;
}

/** What may stand after a field: its alternatives by name, `true` and `false`, or nothing where it is a number. */
export function valuesAt(path: Path, field: string): string[] {
  const [known] = [schemasAt([...path, field])].filter((found) => found.length > 0);
  const schemas = known ?? anywhere(field);
  return [...new Set(schemas.flatMap(namesOf))];
}

const header = studyHeaderSchema.shape;
const root: Readonly<Record<string, unknown>> = { ...header, ...cellSchema.shape };
const topFields = Object.keys(root);

function schemasAt(path: Path): unknown[] {
  const [first, ...rest] = path;
  if (first === undefined || root[first] === undefined) return [];
  return rest.reduce<unknown[]>(
    (schemas, step) => schemas.flatMap((schema) => childrenOf(schema, step)),
    unfold(root[first]),
  );
}

const childrenOf = (schema: unknown, step: string): unknown[] => {
  if (!(schema instanceof z.ZodObject)) return [];
  const child = (schema.shape as Record<string, unknown>)[step];
  return child === undefined ? [] : unfold(child);
};

const fieldsOf = (schema: unknown): string[] =>
  schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];

/** Objects, enums, literals and switches below all that wraps them; of a list, what it is of. */
function unfold(schema: unknown): unknown[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => unfold(option));
  if (schema instanceof z.ZodPipe) return [...unfold(schema.in), ...unfold(schema.out)];
  if (schema instanceof z.ZodArray) return unfold(schema.element);
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable
  )
    return unfold(schema.unwrap());
  return [schema];
}

/** An alternative may be written as its bare kind. */
function namesOf(schema: unknown): string[] {
  if (schema instanceof z.ZodEnum) return schema.options.map(String);
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String);
  if (schema instanceof z.ZodBoolean) return ['true', 'false'];
  if (schema instanceof z.ZodObject) return childrenOf(schema, 'kind').flatMap(namesOf);
  return [];
}

/** Every object of a study. Studies nest to a fixed depth, so the walk ends. */
function objectsBelow(schema: unknown): z.ZodObject[] {
  return unfold(schema).flatMap((own) =>
    own instanceof z.ZodObject ? [own, ...Object.values(own.shape).flatMap(objectsBelow)] : [],
  );
}
const objects = Object.values(root).flatMap(objectsBelow);
const everyField = [...new Set([...topFields, ...objects.flatMap(fieldsOf)])];
const anywhere = (field: string): unknown[] => objects.flatMap((object) => childrenOf(object, field));
