import { readFileSync, writeFileSync } from 'node:fs';
import type { AppWindow, Rectangle } from '../electron-api.ts';

/** Where the window was and will be again. Without a place, the system chooses one. */
export type WindowState = {
  readonly bounds: Partial<Rectangle> & Pick<Rectangle, 'width' | 'height'>;
  readonly maximized: boolean;
};

export const smallest = { width: 960, height: 600 };
const first: WindowState = { bounds: { width: 1440, height: 900 }, maximized: false };
/** So much of the title bar must lie on a screen, or the window could not be moved back. */
const reachable = 80;

/** The remembered state where a screen still shows it; the first state when the file is absent or broken. */
export function loadWindowState(file: string, screens: readonly Rectangle[]): WindowState {
  const state = parseWindowState(readJson(file)) ?? first;
  const { x, y, width, height } = state.bounds;
  if (x === undefined || y === undefined || screens.some((screen) => shows(screen, { x, y, width, height })))
    return state;
  return { bounds: { width, height }, maximized: state.maximized };
}

/** Not being able to remember is no reason to keep a window from closing. */
export function saveWindowState(file: string, window: AppWindow): void {
  const state: WindowState = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
  try {
    writeFileSync(file, JSON.stringify(state));
  } catch {
    return;
  }
}

export function parseWindowState(value: unknown): WindowState | undefined {
  if (!isRecord(value) || !isRecord(value['bounds']) || typeof value['maximized'] !== 'boolean')
    return undefined;
  const { x, y, width, height } = value['bounds'];
  if (!isLength(x) || !isLength(y) || !isLength(width) || !isLength(height)) return undefined;
  if (width < smallest.width || height < smallest.height) return undefined;
  return { bounds: { x, y, width, height }, maximized: value['maximized'] };
}

const shows = (screen: Rectangle, window: Rectangle): boolean =>
  window.x + window.width >= screen.x + reachable &&
  window.x <= screen.x + screen.width - reachable &&
  window.y >= screen.y &&
  window.y <= screen.y + screen.height - reachable;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const isLength = (value: unknown): value is number => Number.isInteger(value);

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
