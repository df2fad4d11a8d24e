import type { Group, Question, ReportRun } from '../study/compared-runs.ts';
import type { StudyReport } from '../study/study-report.ts';
import { ballOf } from '../study/question-words.ts';
import { csvText } from './csv-text.ts';
import { openWorldColumns, openWorldLines } from './open-world-csv.ts';

/** One line for every number of every run: long form, as statistics programs like it. */
export function reportCsv({ groups, questions, factors, openWorld }: StudyReport): string {
  const paths = factors.map(({ path }) => path);
  const header = ['run', 'state', 'seed', 'density', ...paths, ...measured];
  const inOpenWorld = openWorld === undefined ? [] : openWorldLines(openWorld);
  const rows = groups.flatMap((group) =>
    group.runs.flatMap((run) =>
      questions.map((question) => [...identity(group, run, paths), ...numbers(group, run, question)]),
    ),
  );
  return csvText([
    openWorld === undefined ? header : [...header, ...openWorldColumns],
    ...rows.map((row) =>
      openWorld === undefined ? row : [...row, ...openWorldColumns.map(() => undefined)],
    ),
    ...inOpenWorld.map(({ group, run, cells }) => [...identity(group, run, paths), ...cells]),
  ]);
}

const measured = ['evaluation', 'norm', 'epsilon', 'successes', 'examples', 'accuracy', 'low95', 'high95'];

const identity = (group: Group, run: ReportRun, paths: readonly string[]) => [
  run.key,
  run.state,
  run.seed,
  group.density,
  ...paths.map((path) => {
    const value = run.settings[path];
    return typeof value === 'boolean' ? String(value) : value;
  }),
];

function numbers(group: Group, run: ReportRun, question: Question) {
  const { id } = question;
  const ball = ballOf(question);
  const found = group.answers.get(id)?.perRun.find((each) => each.run.key === run.key)?.proportion;
  return [
    id,
    ball?.norm,
    ball?.epsilon,
    found?.successes,
    found?.total,
    found?.value,
    found?.low,
    found?.high,
  ];
}
