import type { Command } from 'commander';
import pc from 'picocolors';
import type { EvaluationCard, LineageStage, Proportion, RunDetail, WorstCaseCard } from '#contract/views.ts';
import { readRunPanels } from '#host/reports/open-world/run-panels.ts';
import { digitsFor, duration, interval, percent, shortKey } from '#host/reports/study/format.ts';
import { readRunDetail } from '#host/reports/views/run-detail.ts';
import type { ReadableStore } from '#host/store/store.ts';
import { UsageError } from '../exit-codes.ts';
import { openForReading } from '../open-for-reading.ts';
import { workspaceOf } from '../options.ts';
import { openWorldTables } from '../tables/open-world-tables.ts';
import { plainTable } from '../tables/plain-table.ts';
import { sizeTable } from '../tables/size-table.ts';
import { wrapped } from '../tables/wrapped.ts';

type Options = { readonly json?: true };

export function addShowCommand(program: Command): void {
  program
    .command('show')
    .description('show one run: how it was made and what was found')
    .argument('<run>', 'start of its key, or its name')
    .option('--json', 'everything, as JSON')
    .action((text: string, options: Options, command: Command) => {
      const { store } = openForReading(workspaceOf(command));
      try {
        const key = findRun(store, text);
        const detail = readRunDetail(store, key);
        if (detail === undefined) return;
        const panels = readRunPanels(store, key);
        console.log(
          options.json === true
            ? JSON.stringify(panels.length === 0 ? detail : { ...detail, openWorld: panels }, null, 2)
            : [describe(detail), ...openWorldTables(panels)].join('\n'),
        );
      } finally {
        store.close();
      }
    });
}

function findRun(store: ReadableStore, text: string): string {
  const runs = store.runs();
  const found = runs.filter(({ key, name }) => key.startsWith(text.toLowerCase()) || name === text);
  const [first, second] = found;
  if (first === undefined)
    throw new UsageError(`No run answers to "${text}". "redoubt runs" lists the keys.`);
  if (second === undefined) return first.key;
  const list = found.slice(0, 10).map(({ key, name }) => `  ${shortKey(key)}  ${name}`);
  throw new UsageError(`"${text}" means ${found.length} runs; give more of the key:\n${list.join('\n')}`);
}

function describe(detail: RunDetail): string {
  const size = sizeTable(detail.metrics);
  const studies = detail.studies.map(({ id, name }) => `${name} (${id})`).join(', ');
  return [
    pc.bold(detail.name),
    `${pc.dim('run')}    ${detail.key}`,
    `${pc.dim('state')}  ${detail.state}`,
    `${pc.dim('study')}  ${studies}`,
    '',
    lineageTable(detail.lineage),
    ...detail.lineage.flatMap(failureLines),
    '',
    ...(size === undefined ? [] : [size, '']),
    ...detail.evaluations.flatMap(cardLines),
    ...detail.worstCases.flatMap(worstLines),
  ].join('\n');
}

function lineageTable(lineage: readonly LineageStage[]): string {
  const table = plainTable(
    ['stage', 'state', 'time', 'shared by', 'key'],
    ['left', 'left', 'right', 'right'],
  );
  for (const { label, state, seconds, sharedByRuns, key } of lineage)
    table.push([
      label,
      state,
      seconds === undefined ? '' : duration(seconds),
      sharedByRuns === 0 ? '' : `${sharedByRuns} other${sharedByRuns === 1 ? '' : 's'}`,
      pc.dim(shortKey(key)),
    ]);
  return table.toString();
}

const failureLines = ({ label, failure }: LineageStage): string[] =>
  failure === undefined ? [] : ['', pc.red(`${label}: ${failure.message}`), failure.remedy];

function cardLines(card: EvaluationCard): string[] {
  const numbers = [
    card.clean && `clean ${proportionText(card.clean)}`,
    card.attacked && `attacked ${pc.bold(proportionText(card.attacked))}`,
    card.certified && `certified ${pc.bold(proportionText(card.certified))}`,
    card.retention !== undefined && `${percent(card.retention)} of the dense network's`,
  ].filter((part) => typeof part === 'string');
  return [
    `${pc.bold(card.label)}  ${numbers.length === 0 ? card.state : numbers.join(', ')}`,
    pc.dim(wrapped(card.threat)),
    ...(card.error === undefined ? [] : [pc.red(wrapped(card.error))]),
    ...card.warnings.map((warning) => pc.yellow(wrapped(warning))),
    '',
  ];
}

function worstLines({ label, threat, attacked, retention, attacks }: WorstCaseCard): string[] {
  const numbers = [
    attacked && `attacked ${pc.bold(proportionText(attacked))}`,
    retention !== undefined && `${percent(retention)} of the dense network's`,
  ].filter((part) => typeof part === 'string');
  const alone = attacks.flatMap(({ label: attack, soleBreaks }) =>
    soleBreaks === undefined ? [] : [`${attack}: ${soleBreaks}`],
  );
  return [
    `${pc.bold(label)}  ${numbers.length === 0 ? 'not all attacks are done' : numbers.join(', ')}`,
    pc.dim(wrapped(threat)),
    ...(alone.length === 0
      ? []
      : [pc.dim(wrapped(`Images that one attack alone broke: ${alone.join('; ')}.`))]),
    '',
  ];
}

function proportionText(proportion: Proportion): string {
  const digits = digitsFor(proportion);
  return `${percent(proportion.value, digits)} [${interval(proportion, digits)}]`;
}
