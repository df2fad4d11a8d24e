import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeElectron } from '../../tests/electron/fake-electron.ts';
import { makeFolder } from '../../tests/made-datasets.ts';
import { openMainWindow } from './main-window.ts';
import { loadWindowState, parseWindowState } from './window-state.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const state = (bounds: object, maximized: unknown = false): string => JSON.stringify({ bounds, maximized });
const load = (text: string, screens = [screen]) =>
  loadWindowState(join(makeFolder({ 'state.json': text }), 'state.json'), screens);

describe('the state of a window', () => {
  it('comes back as it was saved', () => {
    const bounds = { x: 100, y: 50, width: 1200, height: 800 };
    expect(load(state(bounds, true))).toEqual({ bounds, maximized: true });
  });

  it('forgets a place on a screen that is gone, and keeps the size', () => {
    const second = { x: 1920, y: 0, width: 1920, height: 1080 };
    const text = state({ x: 2500, y: 100, width: 1200, height: 800 });
    expect(load(text).bounds).toEqual({ width: 1200, height: 800 });
    expect(load(text, [screen, second]).bounds).toMatchObject({ x: 2500 });
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    state({ x: 0, y: 0, width: 'wide', height: 800 }),
    state({ x: 0, y: 0, width: 10, height: 10 }),
  ])('is the first state when the file holds %j', (text) => {
    expect(load(text)).toEqual({ bounds: { width: 1440, height: 900 }, maximized: false });
  });

  it('is not parsed from numbers that are no pixels', () => {
    expect(
      parseWindowState({ bounds: { x: 0.5, y: 0, width: 1000, height: 800 }, maximized: false }),
    ).toBeUndefined();
  });

  it('is saved when the window closes, and a file that cannot be written keeps no window open', () => {
    const electron = new FakeElectron();
    const files = { preload: '', icon: '', state: join(makeFolder(), 'absent', 'state.json') };
    openMainWindow(electron, files);
    electron.windows[0]?.close();
    expect(electron.windows[0]?.isDestroyed()).toBe(true);
  });
});
