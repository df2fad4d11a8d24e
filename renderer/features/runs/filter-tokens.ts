export type FilterToken = {
  readonly kind: 'word' | 'text' | 'operator' | 'sign' | 'unknown';
  readonly text: string;
  readonly from: number;
  readonly to: number;
};

const patterns: readonly { readonly kind: FilterToken['kind']; readonly pattern: RegExp }[] = [
  { kind: 'operator', pattern: /<=|>=|!=|==|!~|=|<|>|~/y },
  { kind: 'sign', pattern: /[(),]/y },
  { kind: 'text', pattern: /"[^"]*"|'[^']*'/y },
  { kind: 'word', pattern: /[^\s()<>=!~,"']+/y },
  { kind: 'unknown', pattern: /\S/y },
];

/** Cuts a filter into words, quoted texts, operators and signs. */
export function readFilterTokens(text: string): FilterToken[] {
  const tokens: FilterToken[] = [];
  let at = 0;
  while (at < text.length) {
    const token = /\s/.test(text[at] ?? '') ? undefined : readToken(text, at);
    if (token !== undefined) tokens.push(token);
    at = token?.to ?? at + 1;
  }
  return tokens;
}

function readToken(text: string, from: number): FilterToken | undefined {
  for (const { kind, pattern } of patterns) {
    pattern.lastIndex = from;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) continue;
    const inner = kind === 'text' ? found.slice(1, -1) : found;
    return { kind, text: inner, from, to: from + found.length };
  }
  return undefined;
}
