import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PlanPreview } from '#contract/views.ts';
import { StudyDraft } from './study-draft.svelte.ts';

const invalid = (message: string): PlanPreview => ({
  kind: 'invalid',
  issues: [{ path: [], message, line: 1, column: 1 }],
});
const stored = new Map<string, string>();

beforeEach(() => {
  vi.useFakeTimers();
  stored.clear();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const makeDraft = (preview: (yaml: string) => Promise<PlanPreview>) =>
  new StudyDraft({ key: 'blank', initial: 'name: a', preview, settleMs: 250 });

describe('StudyDraft', () => {
  it('asks for one plan when typing rests, not one per key', async () => {
    const preview = vi.fn((yaml: string) => Promise.resolve(invalid(yaml)));
    const draft = makeDraft(preview);
    await vi.advanceTimersByTimeAsync(0);
    draft.change('name: ab');
    draft.change('name: abc');
    await vi.advanceTimersByTimeAsync(300);
    expect(preview.mock.calls.map(([yaml]) => yaml)).toEqual(['name: a', 'name: abc']);
    expect(draft.plan).toEqual({ kind: 'known', preview: invalid('name: abc') });
  });

  it('shows the last plan while the next is worked out, and cannot be submitted meanwhile', async () => {
    const draft = makeDraft((yaml) => Promise.resolve(invalid(yaml)));
    await vi.advanceTimersByTimeAsync(0);
    draft.change('name: ab');
    expect(draft.plan).toEqual({ kind: 'asking', last: invalid('name: a') });
    expect(draft.submittable).toBe(false);
  });

  it('ignores an answer that comes after a newer one', async () => {
    const answers: ((preview: PlanPreview) => void)[] = [];
    const draft = makeDraft(() => new Promise((resolve) => answers.push(resolve)));
    draft.change('name: new');
    await vi.advanceTimersByTimeAsync(300);
    answers[1]?.(invalid('new'));
    answers[0]?.(invalid('old'));
    await vi.advanceTimersByTimeAsync(0);
    expect(draft.preview).toEqual(invalid('new'));
  });

  it('ignores an answer about a text that was changed since', async () => {
    const answers: ((preview: PlanPreview) => void)[] = [];
    const draft = makeDraft(() => new Promise((resolve) => answers.push(resolve)));
    draft.change('name: b');
    answers[0]?.(invalid('of the first text'));
    await vi.advanceTimersByTimeAsync(0);
    expect(draft.plan.kind).toBe('asking');
  });

  it('finds its text again after the window was closed, until it is forgotten', () => {
    const preview = () => Promise.resolve(invalid(''));
    makeDraft(preview).change('name: kept');
    const again = makeDraft(preview);
    expect(again.text).toBe('name: kept');
    again.forget();
    expect(makeDraft(preview).text).toBe('name: a');
  });

  it('says when the host cannot be asked', async () => {
    const draft = makeDraft(() => Promise.reject(new Error('The host does not answer.')));
    await vi.advanceTimersByTimeAsync(0);
    expect(draft.plan).toEqual({ kind: 'unreachable', message: 'The host does not answer.' });
  });
});
