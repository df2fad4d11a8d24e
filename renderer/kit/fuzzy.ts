/**
 * How well `query` fits `text`: every word of the query must occur; words at the start of a word and early in the
 * text count more. Undefined when it does not fit.
 */
export function fuzzyScore(text: string, query: string): number | undefined {
  const haystack = text.toLowerCase();
  let score = 0;
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const at = haystack.indexOf(word);
    if (at < 0) return undefined;
    const startsWord = at === 0 || /[\s./#-]/.test(haystack[at - 1] ?? '');
    score += (startsWord ? 10 : 0) + word.length / haystack.length - at / 100;
  }
  return score;
}
