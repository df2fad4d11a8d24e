import { describe, expect, it } from 'vitest';
import { sampleReport } from '../../../tests/flow/fixture/sample-report.ts';
import { latexText } from './latex-text.ts';
import { reportLatex } from './report-latex.ts';

describe('latexText', () => {
  it('leaves no character with a meaning of its own', () => {
    expect(latexText('\\input{x} 50% & $a_1^2$ #~')).toBe(
      '\\textbackslash{}input\\{x\\} 50\\% \\& \\$a\\_1\\textasciicircum{}2\\$ \\#\\textasciitilde{}',
    );
  });
});

describe('the report as LaTeX', () => {
  it('has as many cells in every row as columns', () => {
    const report = sampleReport();
    const rows = reportLatex(report)
      .split('\n')
      .filter((line) => line.endsWith('\\\\'));
    expect(rows).toHaveLength(1 + report.groups.length);
    for (const row of rows) expect(row.split(' & ')).toHaveLength(2 + report.questions.length);
  });

  it('cannot be broken out of by a name', () => {
    const latex = reportLatex(sampleReport({ name: 'a\n\\input{secret} 100%' }));
    expect(latex).not.toMatch(/^\\input/m);
    expect(latex).toContain('\\caption{a \\textbackslash{}input\\{secret\\} 100\\%.');
  });
});
