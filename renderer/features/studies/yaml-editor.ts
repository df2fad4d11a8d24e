import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { PlacedIssue } from '#contract/views.ts';
import { completeStudy } from './complete-study.ts';

type Options = {
  readonly parent: HTMLElement;
  readonly text: string;
  readonly label: string;
  readonly onchange: (text: string) => void;
  readonly onsubmit: () => void;
};
export type YamlEditor = {
  readonly setText: (text: string) => void;
  readonly showIssues: (issues: readonly PlacedIssue[]) => void;
  readonly goTo: (line: number, column: number) => void;
  readonly destroy: () => void;
};

/** A CodeMirror editor for study files. */
export function createYamlEditor(options: Options): YamlEditor {
  const view = new EditorView({
    parent: options.parent,
    state: EditorState.create({ doc: options.text, extensions: extensionsOf(options) }),
  });
  return {
    setText: (text) => {
      if (text !== view.state.doc.toString())
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    showIssues: (issues) =>
      view.dispatch(
        setDiagnostics(
          view.state,
          issues.map((issue) => toDiagnostic(view.state, issue)),
        ),
      ),
    goTo: (line, column) => {
      const anchor = placeOf(view.state, line, column);
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}

function extensionsOf(options: Options) {
  const submit = {
    key: 'Mod-Enter',
    run: () => {
      options.onsubmit();
      return true;
    },
  };
  return [
    EditorView.lineWrapping,
    lineNumbers(),
    lintGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    yaml(),
    syntaxHighlighting(highlighting),
    autocompletion({ override: [completeStudy], icons: false }),
    keymap.of([
      submit,
      ...completionKeymap,
      ...lintKeymap,
      ...historyKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
    EditorView.contentAttributes.of({ 'aria-label': options.label, spellcheck: 'false' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) options.onchange(update.state.doc.toString());
    }),
    appearance,
  ];
}

function placeOf(state: EditorState, line: number, column: number): number {
  const place = state.doc.line(Math.max(1, Math.min(state.doc.lines, line)));
  return Math.min(place.to, place.from + Math.max(0, column - 1));
}

/** Underlines the word at the issue's place, or the whole line where nothing stands there. */
function toDiagnostic(state: EditorState, issue: PlacedIssue): Diagnostic {
  const start = placeOf(state, issue.line, issue.column);
  const line = state.doc.lineAt(start);
  const word = /^[^\s,\]}#]+/.exec(state.doc.sliceString(start, line.to))?.[0] ?? '';
  const from = word === '' ? line.from + (/^\s*/.exec(line.text)?.[0].length ?? 0) : start;
  return { from, to: word === '' ? line.to : start + word.length, severity: 'error', message: issue.message };
}

const highlighting = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)', fontWeight: '550' },
  { tag: [tags.string, tags.content], color: 'var(--ink)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--active)' },
  { tag: tags.comment, color: 'var(--ink-faint)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--ink-faint)' },
  { tag: tags.keyword, color: 'var(--bad)' },
]);

const appearance = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', backgroundColor: 'transparent' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6', fontVariantLigatures: 'none' },
  '.cm-content': { padding: '10px 0', caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)', borderLeftWidth: '2px' },
  '.cm-gutters': { backgroundColor: 'transparent', border: 'none', color: 'var(--ink-faint)' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--ink) 4%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 24%, transparent)',
  },
  '.cm-tooltip': {
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--raised)',
    color: 'var(--ink)',
    boxShadow: 'var(--shadow-large)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--accent-wash)',
    color: 'var(--ink)',
  },
  '.cm-completionDetail': { color: 'var(--ink-faint)', fontStyle: 'normal' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad-fill)',
    textUnderlineOffset: '3px',
  },
  '.cm-diagnostic-error': {
    borderLeft: '3px solid var(--bad-fill)',
    fontFamily: 'var(--sans)',
    padding: '6px 10px',
  },
  '.cm-lint-marker-error': {
    content: '""',
    width: '8px',
    height: '8px',
    margin: '6px 2px',
    borderRadius: '2px',
    background: 'var(--bad-fill)',
  },
});
