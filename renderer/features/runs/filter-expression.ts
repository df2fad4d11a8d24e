import { parseFraction } from '#contract/quantities.ts';
import type { Scalar } from '#contract/run.ts';
import type { RunRow } from '#contract/views.ts';
import { findColumns, type Column } from './columns.ts';
import { readFilterTokens, type FilterToken } from './filter-tokens.ts';

/** A filter that can be applied, or what is wrong with its text and where (offsets into it). */
export type FilterResult =
  | { readonly kind: 'filter'; readonly accepts: (run: RunRow) => boolean }
  | { readonly kind: 'mistake'; readonly message: string; readonly from: number; readonly to: number };

type Predicate = (run: RunRow) => boolean;
type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~' | '!~';

/**
 * Reads `density <= 0.1 and attacked.pgd-50 > 0.4 and network ~ "cnn"`.
 *
 *     or         = and {"or" and}
 *     and        = not {"and" not}
 *     not        = "not" not | "(" or ")" | comparison
 *     comparison = column operator value | column "in" "(" value {"," value} ")"
 */
export function parseFilter(text: string, columns: readonly Column[]): FilterResult {
  if (text.trim() === '') return { kind: 'filter', accepts: () => true };
  try {
    const reader = new Reader(readFilterTokens(text), columns, text.length);
    const accepts = reader.readAlternatives();
    reader.expectEnd();
    return { kind: 'filter', accepts };
  } catch (error) {
    if (error instanceof FilterMistake) return { kind: 'mistake', ...error.place, message: error.message };
    throw error;
  }
}

class FilterMistake extends Error {
  readonly place: { readonly from: number; readonly to: number };
  constructor(message: string, place: { readonly from: number; readonly to: number }) {
    super(message);
    this.place = { from: place.from, to: place.to };
  }
}

class Reader {
  readonly #tokens: readonly FilterToken[];
  readonly #columns: readonly Column[];
  readonly #end: { readonly from: number; readonly to: number };
  #next = 0;

  constructor(tokens: readonly FilterToken[], columns: readonly Column[], length: number) {
    this.#tokens = tokens;
    this.#columns = columns;
    this.#end = { from: length, to: length };
  }

  readAlternatives(): Predicate {
    const parts = [this.#readConditions()];
    while (this.#takeWord('or')) parts.push(this.#readConditions());
    return (run) => parts.some((part) => part(run));
  }

  expectEnd(): void {
    const rest = this.#tokens[this.#next];
    if (rest !== undefined) throw new FilterMistake(`Expected “and” or “or” before “${rest.text}”.`, rest);
  }

  #readConditions(): Predicate {
    const parts = [this.#readCondition()];
    while (this.#takeWord('and')) parts.push(this.#readCondition());
    return (run) => parts.every((part) => part(run));
  }

  #readCondition(): Predicate {
    if (this.#takeWord('not')) {
      const inner = this.#readCondition();
      return (run) => !inner(run);
    }
    if (!this.#takeSign('(')) return this.#readComparison();
    const inner = this.readAlternatives();
    this.#expectSign(')');
    return inner;
  }

  #readComparison(): Predicate {
    const column = this.#readColumn();
    if (this.#takeWord('in')) {
      const values = this.#readList();
      return (run) => values.some((value) => compare(column.valueOf(run), '=', value));
    }
    const operator = this.#readOperator(column);
    const value = this.#readValue();
    return (run) => compare(column.valueOf(run), operator, value);
  }

  #readColumn(): Column {
    const token = this.#take();
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'text'))
      throw new FilterMistake('Expected a column, such as density or clean.', token ?? this.#end);
    const found = findColumns(token.text, this.#columns);
    const [first, second] = found;
    if (first === undefined)
      throw new FilterMistake(
        `No column is called “${token.text}”. The column picker lists them all.`,
        token,
      );
    if (second !== undefined)
      throw new FilterMistake(
        `“${token.text}” could be ${found.map((column) => quoted(column.name)).join(' or ')}. Write one of them.`,
        token,
      );
    return first;
  }

  #readOperator(column: Column): Operator {
    const token = this.#take();
    if (token?.kind === 'operator') return token.text === '==' ? '=' : (token.text as Operator);
    throw new FilterMistake(
      `Expected =, !=, <, <=, >, >=, ~ or in after “${column.name}”.`,
      token ?? this.#end,
    );
  }

  #readList(): string[] {
    this.#expectSign('(');
    const values = [this.#readValue()];
    while (this.#takeSign(',')) values.push(this.#readValue());
    this.#expectSign(')');
    return values;
  }

  #readValue(): string {
    const token = this.#take();
    if (token?.kind === 'word' || token?.kind === 'text') return token.text;
    throw new FilterMistake('Expected a value, such as 0.1, 8/255 or "cnn".', token ?? this.#end);
  }

  #expectSign(sign: string): void {
    if (!this.#takeSign(sign))
      throw new FilterMistake(`Expected “${sign}”.`, this.#tokens[this.#next] ?? this.#end);
  }

  #takeSign(sign: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.#next += 1;
    return true;
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.#next += 1;
    return true;
  }

  #take(): FilterToken | undefined {
    const token = this.#tokens[this.#next];
    if (token !== undefined) this.#next += 1;
    return token;
  }
}

/** A run without the value fits only what excludes: `!=` and `!~`. */
function compare(value: Scalar | undefined, operator: Operator, asked: string): boolean {
  if (value === undefined) return operator === '!=' || operator === '!~';
  const text = String(value).toLowerCase();
  const number = typeof value === 'number' ? parseFraction(asked) : undefined;
  switch (operator) {
    case '=':
      return number === undefined ? text === asked.toLowerCase() : value === number;
    case '!=':
      return number === undefined ? text !== asked.toLowerCase() : value !== number;
    case '~':
      return text.includes(asked.toLowerCase());
    case '!~':
      return !text.includes(asked.toLowerCase());
    case '<':
      return number === undefined ? text < asked.toLowerCase() : Number(value) < number;
    case '<=':
      return number === undefined ? text <= asked.toLowerCase() : Number(value) <= number;
    case '>':
      return number === undefined ? text > asked.toLowerCase() : Number(value) > number;
    case '>=':
      return number === undefined ? text >= asked.toLowerCase() : Number(value) >= number;
  }
}

const quoted = (name: string): string => (name.includes(' ') ? `"${name}"` : name);
