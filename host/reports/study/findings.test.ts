import { describe, expect, it } from 'vitest';
import { sampleReport } from '../../../tests/flow/fixture/sample-report.ts';
import { describeFindings } from './findings.ts';

describe('the finding on the objective of fine-tuning', () => {
  const { groups, questions } = sampleReport();
  const finding = (of: typeof groups) =>
    describeFindings(of, questions).find((sentence) => sentence.startsWith('From the same'));

  it('is told of two networks that differ in it alone, and of no others', () => {
    expect(finding(groups)).toContain('decides whether');
    const apart = groups.map((group) =>
      group.settings['finetune.objective'] === 'natural'
        ? { ...group, settings: { ...group.settings, network: 'another' } }
        : group,
    );
    expect(finding(apart)).toBeUndefined();
  });
});
