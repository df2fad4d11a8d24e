import { z } from 'zod';

type Path = readonly PropertyKey[];

/** The names of the fields that a schema takes at a path of `value`; of an alternative, those of its kind. */
export function knownFields(schema: unknown, value: unknown, path: Path): string[] {
  const objects = unfold(schema, value);
  const [step, ...rest] = path;
  if (step === undefined) return [...new Set(objects.flatMap((object) => fieldsOf(object)))];
  const inner = (value as Record<PropertyKey, unknown> | undefined)?.[step];
  return [...new Set(objects.flatMap((object) => knownFields(childOf(object, step), inner, rest)))];
}

const fieldsOf = (schema: unknown): string[] =>
  schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];

function childOf(schema: unknown, step: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) return (schema.shape as Record<PropertyKey, unknown>)[step];
  return schema instanceof z.ZodArray ? schema.element : undefined;
}

/** Takes defaults, preprocessing and alternatives away, down to objects and arrays. */
function unfold(schema: unknown, value: unknown): unknown[] {
  if (schema instanceof z.ZodUnion) {
    const meant = schema.options.filter((option) => isMeant(option, value));
    return (meant.length > 0 ? meant : schema.options).flatMap((option) => unfold(option, value));
  }
  if (schema instanceof z.ZodPipe) return [...unfold(schema.in, value), ...unfold(schema.out, value)];
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable
  )
    return unfold(schema.unwrap(), value);
  return schema instanceof z.ZodObject || schema instanceof z.ZodArray ? [schema] : [];
}

function isMeant(option: unknown, value: unknown): boolean {
  if (!(option instanceof z.ZodObject) || typeof value !== 'object' || value === null) return false;
  const kind = (option.shape as Record<string, unknown>)['kind'];
  return kind instanceof z.ZodLiteral && 'kind' in value && kind.values.has(value.kind as never);
}
