import { LineCounter, parseDocument, type Document } from 'yaml';
import {
  countCells,
  countEvaluations,
  evaluationLists,
  expandCells,
  listFactors,
  sourcePath,
  type DraftCell,
} from '#contract/factors.ts';
import {
  cellSchema,
  headerFields,
  mostAttacks,
  mostCertificates,
  mostOpenWorld,
  studyHeaderSchema,
  type Cell,
  type StudyDraft,
  type StudyHeader,
} from '#contract/study.ts';
import type { PlacedIssue } from '#contract/views.ts';
import { checkExclusions } from './exclude.ts';
import { resolveCell, settingsOf } from './run-settings.ts';
import { checkAgainst, unknownField, type DraftIssue } from './schema-issues.ts';
import { placeOf } from './yaml-places.ts';

/** More runs than this in one study is a slip, or a study to be split. */
const largestStudy = 10_000;

export type StudyCell = { readonly draft: DraftCell; readonly cell: Cell };

/** A study whose every field is sound; whether its datasets are there is asked when it is planned. */
export type ParsedStudy = {
  readonly kind: 'valid';
  readonly draft: StudyDraft;
  readonly header: StudyHeader;
  /** The product of all factors, exclusions not yet taken out. */
  readonly cells: readonly StudyCell[];
  /** Gives issues their line and column. */
  readonly place: (issues: readonly DraftIssue[]) => PlacedIssue[];
};
export type InvalidStudy = { readonly kind: 'invalid'; readonly issues: readonly PlacedIssue[] };

/** Reads the text of a study file. Everything that is wrong is said at once, at its place. */
export function parseStudy(yamlText: string): ParsedStudy | InvalidStudy {
  const lines = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: lines });
  const place = placing(document, lines);
  const syntax = syntaxIssues(document, lines);
  if (syntax.length > 0) return { kind: 'invalid', issues: syntax };

  const draft = draftOf(document);
  if (draft.kind === 'invalid') return invalid(place, [{ path: [], message: draft.message }]);
  return checkStudy(draft.value, place);
}

function checkStudy(draft: StudyDraft, place: ParsedStudy['place']): ParsedStudy | InvalidStudy {
  const tooMany = [...emptyFactors(draft), ...sizeIssues(draft), ...evaluationCountIssues(draft)];
  if (tooMany.length > 0) return invalid(place, tooMany);

  const header = checkAgainst(studyHeaderSchema, pickHeader(draft));
  const { cells, issues: cellIssues } = checkCells(draft);
  const issues = [...(header.kind === 'invalid' ? header.issues : []), ...cellIssues];
  if (header.kind === 'invalid' || issues.length > 0) return invalid(place, issues);

  const exclusions = checkExclusions(
    header.value.exclude,
    header.value.exclude.length === 0 ? [] : cells.map(({ cell }) => settingsForExclusion(cell)),
  );
  if (exclusions.length > 0) return invalid(place, exclusions);
  return { kind: 'valid', draft, header: header.value, cells, place };
}

/** What `exclude` may name: settings as the study gives them, and as they are resolved. */
export const settingsForExclusion = (cell: Cell) => [settingsOf(cell), settingsOf(resolveCell(cell))];

const invalid = (place: ParsedStudy['place'], issues: readonly DraftIssue[]): InvalidStudy => ({
  kind: 'invalid',
  issues: place(issues),
});

const placing =
  (document: Document, lines: LineCounter): ParsedStudy['place'] =>
  (issues) =>
    issues
      .map(({ path, message, atName = false }) => ({
        path,
        message,
        ...placeOf({ document, lines }, path, atName),
      }))
      .sort((left, right) => left.line - right.line || left.column - right.column);

function syntaxIssues(document: Document, lines: LineCounter): PlacedIssue[] {
  return document.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    const message = error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '.');
    return { path: [], message: `This is not YAML: ${message}`, line, column: col };
  });
}

type Draft =
  | { readonly kind: 'valid'; readonly value: StudyDraft }
  | { readonly kind: 'invalid'; readonly message: string };

function draftOf(document: Document): Draft {
  try {
    const value: unknown = document.toJS();
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { kind: 'valid', value: value as StudyDraft };
    return { kind: 'invalid', message: 'A study is a group of fields, such as name: My study.' };
  } catch (error) {
    // Aliases that lead nowhere, or that multiply beyond measure.
    return { kind: 'invalid', message: error instanceof Error ? error.message : String(error) };
  }
}

const emptyFactors = (draft: StudyDraft): DraftIssue[] =>
  listFactors(draft)
    .filter((factor) => factor.values.length === 0)
    .map(({ path }) => ({ path, message: 'This list is empty, so the study would have no runs.' }));

function sizeIssues(draft: StudyDraft): DraftIssue[] {
  const cells = countCells(draft);
  const seeds = Array.isArray(draft['seeds']) ? Math.max(draft['seeds'].length, 1) : 1;
  if (cells * seeds <= largestStudy) return [];
  const longest = listFactors(draft).toSorted((left, right) => right.values.length - left.values.length)[0];
  return [
    {
      path: longest?.path ?? ['seeds'],
      message: `This study would make ${(cells * seeds).toLocaleString('en')} runs (${cells.toLocaleString('en')} cells x ${seeds} seeds), at most ${largestStudy.toLocaleString('en')} are planned at once. Shorten a list, or split the study.`,
    },
  ];
}

const mostEvaluations = {
  attacks: mostAttacks,
  certificates: mostCertificates,
  openWorld: mostOpenWorld,
} as const;

function evaluationCountIssues(draft: StudyDraft): DraftIssue[] {
  return evaluationLists.flatMap((list) => {
    const count = countEvaluations(draft, list);
    const most = mostEvaluations[list];
    if (count <= most) return [];
    const message = `These come to ${count.toLocaleString('en')} ${list}, at most ${most} are run on each network. Shorten a list.`;
    return [{ path: ['evaluate', list], message }];
  });
}

const isHeaderField = (field: string): boolean => headerFields.some((known) => known === field);
const pickHeader = (draft: StudyDraft): StudyDraft =>
  Object.fromEntries(Object.entries(draft).filter(([field]) => isHeaderField(field)));

/** Cells share most of their fields, so the same issue comes from many: each is said once. */
function checkCells(draft: StudyDraft): { cells: StudyCell[]; issues: DraftIssue[] } {
  const unknown = Object.keys(draft).filter(
    (field) => !isHeaderField(field) && !Object.hasOwn(cellSchema.shape, field),
  );
  const cells: StudyCell[] = [];
  const issues = new Map<string, DraftIssue>();
  const add = (issue: DraftIssue) => issues.set(`${issue.path.join('.')}\n${issue.message}`, issue);
  const known = [...headerFields, ...Object.keys(cellSchema.shape)];
  for (const field of unknown) add(unknownField([field], known));

  const body = Object.fromEntries(Object.entries(draft).filter(([field]) => !unknown.includes(field)));
  for (const cell of expandCells(body)) {
    const checked = checkAgainst(cellSchema, cell.value);
    if (checked.kind === 'valid') cells.push({ draft: cell, cell: checked.value });
    else for (const issue of checked.issues) add({ ...issue, path: sourcePath(cell, issue.path) });
  }
  return { cells, issues: [...issues.values()] };
}
