import type { LogLine } from '#contract/views.ts';

export type FoundLine = LogLine & {
  readonly parts: readonly { readonly text: string; readonly found: boolean }[];
};

/** Lines that hold the words, cut where the words stand; upper and lower case are one. */
export function findLines(lines: readonly LogLine[], query: string): FoundLine[] {
  const words = query.trim().toLowerCase();
  if (words === '') return lines.map((line) => ({ ...line, parts: [{ text: line.text, found: false }] }));
  return lines
    .filter((line) => line.text.toLowerCase().includes(words))
    .map((line) => ({ ...line, parts: cut(line.text, words) }));
}

function cut(text: string, words: string): { text: string; found: boolean }[] {
  const parts: { text: string; found: boolean }[] = [];
  const lower = text.toLowerCase();
  let start = 0;
  for (let at = lower.indexOf(words); at >= 0; at = lower.indexOf(words, start)) {
    if (at > start) parts.push({ text: text.slice(start, at), found: false });
    parts.push({ text: text.slice(at, at + words.length), found: true });
    start = at + words.length;
  }
  if (start < text.length) parts.push({ text: text.slice(start), found: false });
  return parts;
}
