import Table from 'cli-table3';
import pc from 'picocolors';

type Side = 'left' | 'right';

/** A table without walls. Colours are ours: the library's own would go into files and pipes too. */
export function plainTable(head: readonly string[], sides: readonly Side[] = []): Table.Table {
  return new Table({
    head: head.map((title) => pc.bold(title)),
    colAligns: head.map((_, column) => sides[column] ?? 'left'),
    chars: { ...noWalls, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
}

const noWalls = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
  ].map((wall) => [wall, '']),
);
