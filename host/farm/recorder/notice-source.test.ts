import { describe, expect, it } from 'vitest';
import type { Notice } from '#contract/views.ts';
import { createNoticeSource } from './notice-source.ts';

describe('createNoticeSource', () => {
  it('keeps one order for all listeners when a listener publishes in turn', () => {
    const source = createNoticeSource();
    const seen: Notice['kind'][][] = [[], []];
    source.subscribe((notice) => {
      seen[0]?.push(notice.kind);
      if (notice.kind === 'studies') source.publish({ kind: 'farm' });
    });
    source.subscribe((notice) => seen[1]?.push(notice.kind));
    source.publish({ kind: 'studies' });
    source.publish({ kind: 'library' });
    expect(seen).toEqual([
      ['studies', 'farm', 'library'],
      ['studies', 'farm', 'library'],
    ]);
  });

  it('stops calling a listener that has unsubscribed, and counts equal functions apart', () => {
    const source = createNoticeSource();
    let calls = 0;
    const listener = (): void => {
      calls++;
    };
    const unsubscribe = source.subscribe(listener);
    source.subscribe(listener);
    source.publish({ kind: 'farm' });
    unsubscribe();
    source.publish({ kind: 'farm' });
    expect(calls).toBe(3);
  });

  it('delivers later notices after a listener threw', () => {
    const source = createNoticeSource();
    const seen: string[] = [];
    source.subscribe((notice) => {
      if (notice.kind === 'farm') throw new Error('listener');
      seen.push(notice.kind);
    });
    expect(() => source.publish({ kind: 'farm' })).toThrow('listener');
    source.publish({ kind: 'library' });
    expect(seen).toEqual(['library']);
  });
});
