import { CompletionContext } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { certificateSchema } from '#contract/certificate.ts';
import { detectorSchema } from '#contract/detector.ts';
import { networkKinds } from '#contract/network.ts';
import { objectiveSchema } from '#contract/objective.ts';
import { pruningSchema } from '#contract/pruning.ts';
import { completeStudy } from './complete-study.ts';

/** Words offered at the end of a text. */
function offered(text: string): string[] {
  const state = EditorState.create({ doc: text });
  return (
    completeStudy(new CompletionContext(state, text.length, true))?.options.map(({ label }) => label) ?? []
  );
}

/** Whether there is such an alternative, whatever else it needs. */
const knows = (schema: z.ZodType, kind: string): boolean =>
  schema.safeParse({ kind }).error?.issues.some(({ path }) => path.includes('kind')) !== true;

describe('values', () => {
  it('are every objective, and matched where training follows training', () => {
    expect(offered('pretrain:\n  objective: ')).toContain('mixed-symbolic');
    expect(offered('pretrain:\n  objective: ')).not.toContain('matched');
    expect(offered('finetune: { objective: ')).toEqual(
      expect.arrayContaining(['matched', 'trades', 'gaussian']),
    );
  });

  it.each(['prune:\n  kind: ', 'prune: { kind: ', 'prune:\n  - { kind: ', 'prune:\n  - kind: '])(
    'are ways of pruning, and nothing else, after %j',
    (text) => {
      const words = offered(text);
      expect(words).toEqual(
        expect.arrayContaining(['learned-scores', 'filter-l1', 'batchnorm-scale', 'gradient']),
      );
      for (const kind of words) expect(knows(pruningSchema, kind)).toBe(true);
    },
  );
  it('tell the schedules of pruning from those of the learning rate', () => {
    expect(offered('prune:\n  kind: magnitude\n  schedule: { kind: ')).toEqual(['iterative', 'gradual']);
    expect(offered('prune:\n  training:\n    schedule: ')).toEqual(['constant', 'cosine', 'step']);
  });

  it('are detectors in a list of them, bare or with settings', () => {
    const bare = offered('evaluate:\n  openWorld:\n    - epsilon: 8/255\n      detectors: [msp, ');
    expect(bare).toContain('feature-squeezing');
    for (const kind of bare) expect(detectorSchema.safeParse(kind).success).toBe(true);
  });

  it('are sources, certificates, networks and switches', () => {
    expect(offered('evaluate:\n  openWorld:\n    - source: ')).toContain('phase-scrambled');
    for (const kind of offered('evaluate:\n  certificates:\n    - kind: '))
      expect(knows(certificateSchema, kind)).toBe(true);
    expect(offered('network: ')).toEqual(expect.arrayContaining([...networkKinds]));
    expect(offered('evaluate:\n  attacks:\n    - kind: pgd\n      randomStart: ')).toEqual(['true', 'false']);
  });

  it('are objectives that the contract takes', () => {
    for (const kind of offered('pretrain: { objective: ')) expect(knows(objectiveSchema, kind)).toBe(true);
  });
});

describe('fields', () => {
  it('are those of a study where nothing is around', () => {
    expect(offered('name: x\n')).toEqual(expect.arrayContaining(['seeds', 'exclude', 'prune', 'evaluate']));
    expect(offered('name: x\n')).not.toContain('epsilon');
  });

  it('are those of where they stand', () => {
    expect(offered('evaluate:\n  openWorld:\n    - source: gtsrb\n      ')).toEqual(
      expect.arrayContaining(['detectors', 'adaptTo', 'lambda', 'acceptance']),
    );
    expect(offered('prune:\n  kind: learned-scores\n  training:\n    ')).toContain('optimizer');
    expect(offered('pretrain:\n  objective: { kind: interval, ')).toEqual(
      expect.arrayContaining(['ramp', 'naturalShare']),
    );
  });

  it('are those of the line, whatever was left open above', () => {
    expect(offered('prune: { kind: magnitude\nfinetune:\n  ')).toContain('objective');
  });
});
