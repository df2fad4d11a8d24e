/**
 * The fields around the end of a YAML text, outermost first: `['prune', 'training']` after
 * `prune: { kind: learned-scores, training: { ` and on the lines indented below `training:`.
 */
export function enclosingPath(text: string): string[] {
  const { inner, before } = openBraces(text);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return [...blockPath(before, line), ...inner];
}

/** Keys whose braces are still open, and the text before the first of them. */
function openBraces(text: string): { readonly inner: readonly string[]; readonly before: string } {
  const open: number[] = [];
  // Braces close before the next line that is not indented: a draft with one left open is not lost for good.
  const start = Math.max(0, text.search(/\n(?=[^\s#][^\n]*$)/));
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '{') open.push(at);
    else if (text[at] === '}') open.pop();
  }
  const keys = open.map((at) => /([A-Za-z]+):\s*(?:\[[^\]{]*)?$/.exec(text.slice(0, at))?.[1] ?? '');
  const [first] = open;
  return {
    inner: keys.filter((key) => key !== ''),
    before: first === undefined ? text : text.slice(0, first).replace(/[A-Za-z]+:\s*(?:\[[^\]{]*)?$/, ''),
  };
}

/** Keys of the lines above that are indented less, from the outermost in. */
function blockPath(text: string, line: string): string[] {
  const path: string[] = [];
  let indent = indentOf(line);
  for (const above of text.split('\n').slice(0, -1).reverse()) {
    const key = /^\s*(?:- )*([A-Za-z]+):\s*(?:#.*)?$/.exec(above)?.[1];
    const own = indentOf(above, key);
    if (above.trim() === '' || own >= indent) continue;
    if (key !== undefined) path.unshift(key);
    indent = own;
    if (indent === 0) break;
  }
  return path;
}

/** A dash counts as indentation of what follows it, but not of the key that it may stand under. */
const indentOf = (line: string, key?: string): number =>
  (key === undefined ? /^[\s-]*/ : /^\s*(?:- )*/).exec(line)?.[0].length ?? 0;
