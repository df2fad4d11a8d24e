import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleReport } from '../../../tests/flow/fixture/sample-report.ts';
import { mcNemarExact, pairedT } from '../statistics/significance.ts';
import type { Group, Question } from '../study/compared-runs.ts';
import type { StudyReport } from '../study/study-report.ts';
import { budgetsOf } from './budgets.ts';
import { differences } from './difference.ts';
import { fittingAxes, matrices } from './matrix.ts';
import { comparePair } from './pair.ts';
import { paretoFront, tradeOff } from './trade-off.ts';

const attackedQuestion = (report: StudyReport): Question => {
  const question = report.questions.at(-1);
  if (question === undefined) throw new Error('The sample has no question.');
  return question;
};
const groupWhere = ({ groups }: StudyReport, settings: Group['settings']): Group => {
  const found = groups.find((group) =>
    Object.entries(settings).every(([path, value]) => group.settings[path] === value),
  );
  if (found === undefined) throw new Error('The sample has no such group.');
  return found;
};

describe('the Pareto front', () => {
  const point = fc.record({ x: fc.integer({ min: 1, max: 9 }), mean: fc.integer({ min: 0, max: 9 }) });

  it('beats every point outside it, and none within it beats another', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 20 }), fc.boolean(), (drawn, isLargerBetter) => {
        const points = drawn.map(({ x, mean }, index) => ({ group: String(index), x, y: { mean } }));
        const front = new Set(paretoFront(points, isLargerBetter));
        const cost = (x: number): number => (isLargerBetter ? -x : x);
        const beats = (one: (typeof points)[number], other: (typeof points)[number]): boolean =>
          cost(one.x) <= cost(other.x) &&
          one.y.mean >= other.y.mean &&
          (one.x !== other.x || one.y.mean !== other.y.mean);
        for (const each of points)
          expect(points.some((other) => front.has(other.group) && beats(other, each))).toBe(
            !front.has(each.group),
          );
      }),
    );
  });
});

describe('the trade-off plane', () => {
  it('has the mean, the range and every seed of each network', () => {
    const report = sampleReport();
    const { lines } = tradeOff(report, attackedQuestion(report), 'compression');
    expect(lines).toHaveLength(3);
    for (const { points } of lines) {
      expect(points.map(({ x }) => Math.round(x))).toEqual([1, 10, 20]);
      for (const { y, seeds } of points) {
        const values = seeds.map((seed) => seed.y);
        expect(seeds.map(({ seed }) => seed)).toEqual([0, 1, 2]);
        expect(y.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 3, 12);
        expect([y.min, y.max]).toEqual([Math.min(...values), Math.max(...values)]);
      }
    }
  });
});

describe('the matrix', () => {
  it('sets the objectives of pre-training against those of fine-tuning, a table for each density', () => {
    const report = sampleReport();
    expect(fittingAxes(report)).toEqual({ rows: 'pretrain.objective', columns: 'finetune.objective' });
    const tables = matrices(report, attackedQuestion(report), {
      rows: 'pretrain.objective',
      columns: 'finetune.objective',
    });
    expect(tables.map(({ where }) => where.map(({ value }) => value))).toEqual([['1'], ['0.1'], ['0.05']]);
    const [dense] = tables;
    expect(dense?.cells.map((row) => row.map((cell) => cell?.standing))).toEqual([
      ['behind', undefined],
      ['best', 'alone'],
    ]);
  });

  it('is one table where what else differs follows from the row', () => {
    const report = sampleReport();
    const matched = report.groups.filter(
      ({ settings }) => settings['pretrain.objective'] === settings['finetune.objective'],
    );
    const tables = matrices({ ...report, groups: matched }, attackedQuestion(report), {
      rows: 'pretrain.objective',
      columns: 'prune.density',
    });
    expect(tables.map(({ rows, where }) => [rows.values, where])).toEqual([[['natural', 'adversarial'], []]]);
  });

  it('sets strategies side by side whose epochs of fine-tuning even out their budgets, objectives apart', () => {
    const report = sampleReport({ densities: [0.1] });
    const strategies = report.groups.flatMap((group): Group[] => [
      { ...group, settings: { ...group.settings, 'finetune.epochs': 8 } },
      {
        ...group,
        settings: {
          ...group.settings,
          prune: 'learned-scores',
          'prune.training.objective': group.settings['pretrain.objective'] ?? '',
          'finetune.epochs': 4,
        },
      },
    ]);
    const factors = ['pretrain.objective', 'prune', 'prune.training.objective', 'finetune.epochs'];
    const tables = matrices(
      {
        ...report,
        groups: strategies.filter(
          ({ settings }) => settings['pretrain.objective'] === settings['finetune.objective'],
        ),
        factors: factors.map((path) => ({ path, values: [] })),
      },
      attackedQuestion(report),
      { rows: 'prune', columns: 'prune.scope' },
    );
    expect(tables.map(({ rows, where }) => [rows.values, where.map(({ value }) => value)])).toEqual([
      [['magnitude', 'learned-scores'], ['natural']],
      [['magnitude', 'learned-scores'], ['adversarial']],
    ]);
  });

  it('never sets different densities side by side without saying so', () => {
    const report = sampleReport();
    const unlike = report.groups.filter(
      ({ settings, density }) => density === (settings['pretrain.objective'] === 'natural' ? 0.1 : 0.05),
    );
    const axes = { rows: 'pretrain.objective', columns: 'finetune.objective' };
    const tables = matrices({ ...report, groups: unlike }, attackedQuestion(report), axes);
    expect(tables.map(({ where }) => where)).toEqual([
      [{ path: 'prune.density', value: '0.1' }],
      [{ path: 'prune.density', value: '0.05' }],
    ]);
  });

  it('calls nothing best that cannot be told from another, and greys the highest too', () => {
    const report = sampleReport({ seeds: [0], densities: [1, 0.99], examples: 100 });
    const tables = matrices(report, attackedQuestion(report), {
      rows: 'prune.density',
      columns: 'finetune.objective',
    });
    const standings = tables.flatMap(({ cells }) => cells.flat().map((cell) => cell?.standing));
    expect(new Set(standings)).toEqual(new Set(['level']));
  });

  it('is none where no row would have two columns', () => {
    const report = sampleReport({ densities: [1] });
    const diagonal = report.groups.filter(
      ({ settings }) => settings['pretrain.objective'] === settings['finetune.objective'],
    );
    expect(fittingAxes({ ...report, groups: diagonal })).toBeUndefined();
  });
});

describe('differences from a baseline', () => {
  it('are taken seed by seed, and corrected over all rows', () => {
    const report = sampleReport({ densities: [1] });
    const question = attackedQuestion(report);
    const baseline = groupWhere(report, { 'pretrain.objective': 'natural' });
    const other = groupWhere(report, { 'finetune.objective': 'adversarial' });
    const values = (group: Group): number[] =>
      group.answers.get(question.id)?.perRun.map(({ proportion }) => proportion.value) ?? [];
    const row = differences(report, question, { baseline }).rows.find(({ group }) => group === other.id);
    const raw = pairedT(values(other), values(baseline)) ?? 1;
    expect(row?.comparison).toMatchObject({ test: 'paired t', rawP: raw, isNoise: false });
    expect(row?.comparison?.p).toBeCloseTo(2 * raw, 12);
    expect(row?.difference?.mean).toBeCloseTo(
      values(other).reduce((sum, value, seed) => sum + value - (values(baseline)[seed] ?? 0), 0) / 3,
      12,
    );
  });
});

describe('two runs on the same examples', () => {
  it('are counted example by example', () => {
    const report = sampleReport();
    const [first, second] = [report.groups[0]?.runs[0]?.key ?? '', report.groups[1]?.runs[0]?.key ?? ''];
    const { rows } = comparePair(report, first, second);
    expect(rows).toHaveLength(report.questions.length);
    for (const { both, onlyFirst, onlySecond, neither, first: own, second: theirs, comparison } of rows) {
      expect(both + onlyFirst + onlySecond + neither).toBe(own.total);
      expect([own.successes, theirs.successes]).toEqual([both + onlyFirst, both + onlySecond]);
      expect(comparison.rawP).toBe(mcNemarExact(onlyFirst, onlySecond));
      expect(comparison.p).toBeGreaterThanOrEqual(comparison.rawP);
    }
  });
});

describe('training budgets', () => {
  const group = (label: string, settings: Group['settings']): Group => ({
    id: label,
    label,
    settings,
    line: label,
    density: settings['prune'] === 'none' ? 1 : 0.1,
    isDense: settings['prune'] === 'none',
    runs: [],
    answers: new Map(),
  });

  it('count the epochs within pruning, and tell who had more', () => {
    const { rows, warnings } = budgetsOf([
      group('dense', { prune: 'none', 'pretrain.epochs': 10, 'finetune.epochs': 5 }),
      group('magnitude', { prune: 'magnitude', 'pretrain.epochs': 10, 'finetune.epochs': 5 }),
      group('iterative', {
        prune: 'magnitude',
        'prune.schedule.training.epochs': 4,
        'pretrain.epochs': 10,
        'finetune.epochs': 1,
      }),
      group('scores', {
        prune: 'learned-scores',
        'prune.training.epochs': 20,
        'pretrain.epochs': 10,
        'finetune.epochs': 5,
      }),
    ]);
    expect(rows.map(({ total }) => total)).toEqual([15, 15, 15, 35]);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('15 epochs: magnitude, iterative; 35 epochs: scores');
    expect(warnings[1]).toContain('for 15 epochs, pruned networks for up to 35');
  });

  it('have nothing to tell where they are equal', () => {
    const settings = { prune: 'magnitude', 'pretrain.epochs': 10, 'finetune.epochs': 5 };
    expect(budgetsOf([group('one', settings), group('other', settings)]).warnings).toEqual([]);
  });
});
