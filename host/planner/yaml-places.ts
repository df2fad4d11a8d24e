import { isAlias, isMap, isScalar, isSeq, type Document, type LineCounter, type Node } from 'yaml';

export type Place = { readonly line: number; readonly column: number };
type Path = readonly (string | number)[];

/** Where a path of the study stands in its text: the value or its name, or the nearest field around that is there. */
export function placeOf(
  { document, lines }: { readonly document: Document; readonly lines: LineCounter },
  path: Path,
  atName: boolean,
): Place {
  let node: unknown = document.contents;
  let offset = offsetOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    const found = stepInto(isAlias(node) ? node.resolve(document) : node, step);
    if (found === undefined) {
      // A bare name that stands for a group: `network: cnn-small`.
      if (isScalar(node) && node.value !== null) offset = offsetOf(node) ?? offset;
      break;
    }
    node = found.value;
    const isGroup = isMap(node) || isSeq(node);
    const wantsValue = !atName && depth === path.length - 1 && !isGroup && node !== null;
    offset = (wantsValue ? (offsetOf(node) ?? found.offset) : found.offset) ?? offset;
  }
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** `offset` is that of the field's name, or of the list's entry. */
function stepInto(
  node: unknown,
  step: string | number,
): { readonly value: unknown; readonly offset: number | undefined } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(step));
    return pair && { value: pair.value, offset: offsetOf(pair.key) };
  }
  if (!isSeq(node) || typeof step !== 'number' || step >= node.items.length) return undefined;
  const value = node.items[step];
  return { value, offset: offsetOf(value) };
}

const offsetOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0];
