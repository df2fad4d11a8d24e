import { describe, expect, it } from 'vitest';
import { sampleReport } from '../../../tests/flow/fixture/sample-report.ts';
import { csvText } from './csv-text.ts';
import { reportCsv } from './report-csv.ts';

describe('csvText', () => {
  it.each(['=1+1', '+1', '-1', '@sum', '\t=1'])('makes no formula of %j', (text) => {
    expect(csvText([[text]]).replace(/^"/, '')).toMatch(/^'/);
  });

  it('leaves negative numbers numbers', () => {
    expect(csvText([[-1, 2]])).toBe('-1,2\r\n');
  });

  it('quotes what would end the field', () => {
    expect(csvText([['a,b', 'say "no"', 'two\nlines']])).toBe('"a,b","say ""no""","two\nlines"\r\n');
  });
});

describe('the report as CSV', () => {
  it('has a line for every run and question', () => {
    const report = sampleReport();
    const lines = reportCsv(report).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + report.runs.length * report.questions.length);
    expect(lines[1]?.split(',')).toHaveLength(lines[0]?.split(',').length ?? 0);
  });
});
