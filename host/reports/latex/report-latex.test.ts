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

const rowsOf = (latex: string): string[] => latex.split('\n').filter((line) => line.endsWith('\\\\'));

describe('the report as LaTeX', () => {
  it('has as many cells in every row as columns', () => {
    const report = sampleReport();
    const [results = [], ...matrices] = reportLatex(report).split('\\end{table}').map(rowsOf);
    expect(results).toHaveLength(1 + report.groups.length);
    for (const row of results) expect(row.split(' & ')).toHaveLength(2 + report.questions.length);
    // Pre-training against fine-tuning, attacked and clean, at each of three densities; then what follows the last.
    expect(matrices).toHaveLength(6 + 1);
    for (const row of matrices.flat()) expect(row.split(' & ')).toHaveLength(1 + 2);
  });

  it('makes bold what the matrix of the window calls best, and nothing else', () => {
    const latex = reportLatex(sampleReport({ densities: [1] }));
    const matrix = latex.split('\\end{table}')[1] ?? '';
    expect(rowsOf(matrix).map((row) => row.includes('\\textbf'))).toEqual([false, false, true]);
    expect(rowsOf(matrix)[1]).toMatch(/ & -- \\\\$/);
  });

  it('cannot be broken out of by a name', () => {
    const latex = reportLatex(sampleReport({ name: 'a\n\\input{secret} 100%' }));
    expect(latex).not.toMatch(/^\\input/m);
    expect(latex).toContain('\\caption{a \\textbackslash{}input\\{secret\\} 100\\%.');
  });
});
