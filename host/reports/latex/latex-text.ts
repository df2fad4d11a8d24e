const escapes: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '%': '\\%',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '→': '$\\rightarrow$',
  '±': '$\\pm$',
  '×': '$\\times$',
  '–': '--',
  '≤': '$\\leq$',
  '−': '$-$',
};

/** Text for LaTeX: nothing that a user wrote is a command, a comment or a line of its own. */
export const latexText = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\\{}$&%#_~^<>→±×–≤−]/g, (character) => escapes[character] ?? '');
