import { describe, expect, it } from 'vitest';
import { sampleReport } from '../../../tests/flow/fixture/sample-report.ts';
import { reportHtml } from './report-html.ts';

describe('the report as HTML', () => {
  it('needs nothing from elsewhere and runs no script', () => {
    const html = reportHtml(sampleReport());
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(|https?:\/\//);
  });

  it('escapes what users wrote', () => {
    const name = '<script>alert("1")</script> & <b>';
    const html = reportHtml(sampleReport({ name, description: name }));
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &lt;b&gt;');
  });

  it('names the run of every number', () => {
    const report = sampleReport();
    const html = reportHtml(report);
    for (const { key } of report.runs) expect(html).toContain(key);
  });

  it('greys a difference inside the noise and never makes it bold', () => {
    const html = reportHtml(sampleReport({ seeds: [0], densities: [1, 0.99], examples: 100 }));
    expect(html).toContain('class="noise">9');
    expect(html).not.toMatch(/<b>\d/);
  });

  it('makes the significantly best of a column bold', () => {
    const html = reportHtml(sampleReport({ densities: [1, 0.01], examples: 2000 }));
    expect(html).toMatch(/<b>4\d\.\d ± /);
  });

  it('says before everything else which certificates are refused', () => {
    const message = '3 test images verified by crown linf 2/255 did not survive pgd-50 linf 2/255.';
    const html = reportHtml({ ...sampleReport(), contradictions: [message] });
    expect(html).toContain(message);
    expect(html.indexOf(message)).toBeLessThan(html.indexOf('What the numbers show'));
  });

  it('is written without numbers too', () => {
    const report = sampleReport();
    const groups = report.groups.map((group) => ({ ...group, answers: new Map() }));
    expect(reportHtml({ ...report, groups, findings: [] })).toContain('No evaluation is finished yet.');
  });
});
