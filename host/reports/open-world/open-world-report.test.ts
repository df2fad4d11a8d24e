import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SuccessRatio } from '#contract/open-world-views.ts';
import { openStore } from '#host/store/open-store.ts';
import { openWorkspace } from '#host/workspace.ts';
import { recordFinishedStudy } from '../../../tests/flow/fixture/finished-workspace.ts';
import { openWorldStudy } from '../../../tests/flow/fixture/sample-open-world.ts';
import { reportCsv } from '../csv/report-csv.ts';
import { reportHtml } from '../html/report-html.ts';
import { reportLatex } from '../latex/report-latex.ts';
import { readStudyReport } from '../study/read-study-report.ts';
import type { StudyReport } from '../study/study-report.ts';
import { ratioText } from './open-world-words.ts';

/** No attacks on the task's own images, so that the open world stands alone, and one kind of training. */
const yaml = openWorldStudy
  .replace(/ {2}attacks:\n.*\n/, '')
  .replace(/objective: \[natural, .*\]/, 'objective: natural');
const folder = mkdtempSync(join(tmpdir(), 'redoubt-open-report-'));
let report: StudyReport;

beforeAll(() => {
  const workspace = openWorkspace(folder);
  const store = openStore(workspace.database);
  const id = recordFinishedStudy({ store, workspace, yaml });
  report = readStudyReport({ store, workspace, at: 1e12 }, store.study(id)!);
  store.close();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ratios = (): (SuccessRatio & { readonly kind: 'measured' })[] =>
  report.openWorld!.panels.flatMap(({ points }) =>
    points.flatMap(({ ratio }) => (ratio.kind === 'measured' ? [ratio] : [])),
  );

describe('the open world in a report', () => {
  it('writes as HTML every ratio and, in the next cell, its corrected twin', () => {
    const html = reportHtml(report);
    expect(ratios()).toHaveLength(2 * 2 * 3);
    for (const ratio of ratios()) {
      const text = ratioText(ratio);
      if (text.kind === 'undefined') throw new Error(text.reason);
      const { plain, corrected } = text;
      expect(html).toContain(
        `<td class="number">${plain.mean}<small>${plain.range}</small></td><td class="number">${corrected.mean}<small>${corrected.range}</small></td>`,
      );
    }
    const [section = ''] = /<section class="ratios">.*?<\/section>/s.exec(html) ?? [];
    const [sentences = ''] = /<section class="open-world">.*?<\/section>/s.exec(html) ?? [];
    expect(section.match(/\d×</g)).toHaveLength(2 * ratios().length);
    expect(sentences.match(/× as often, \d+\.\d+× with the base rates taken off/g)).toHaveLength(2);
    expect(sentences.match(/×/g)).toHaveLength(4);
  });

  it('writes as CSV no ratio without its corrected twin', () => {
    const [head = '', ...lines] = reportCsv(report).trimEnd().split('\r\n');
    const columns = head.split(',');
    const cells = lines.map((line) => line.split(','));
    const found = cells.filter((line) => line[columns.indexOf('measure')] === 'target ratio');
    expect(found).toHaveLength(2 * ratios().length);
    for (const line of found) {
      expect(Number(line[columns.indexOf('value')])).toBeGreaterThan(0);
      expect(line[columns.indexOf('corrected')]).toMatch(/\d/);
    }
    for (const line of cells) expect(line).toHaveLength(columns.length);
  });

  it('writes as LaTeX both ratios side by side', () => {
    const latex = reportLatex(report);
    for (const ratio of ratios())
      expect(latex).toMatch(
        new RegExp(`${ratio.plain.value.toFixed(2)}\\S+ .*? & ${ratio.corrected.value.toFixed(2)}\\S+ `),
      );
  });

  it('draws acceptance, distributions with their thresholds, and the measures over density', () => {
    const html = reportHtml(report);
    expect(html.match(/aria-label="(?:msp|energy): /g)).toHaveLength(4);
    expect(html.match(/<line class="threshold"[^>]*><title>threshold/g)).toHaveLength(2 * 2 * 2);
    expect(html).toContain('aria-label="AUROC of energy, constant"');
  });

  it('does not speak of evaluations on the task where none was asked for', () => {
    expect(reportHtml(report)).not.toContain('No evaluation is finished yet.');
  });
});
