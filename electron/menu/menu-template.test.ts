import { describe, expect, it } from 'vitest';
import { menuCommands } from '#contract/shell.ts';
import type { MenuCommand } from '#contract/shell.ts';
import { menuTemplate } from './menu-template.ts';

const surroundings = [
  { isMac: true, isPackaged: true },
  { isMac: false, isPackaged: true },
  { isMac: false, isPackaged: false },
];

describe('menuTemplate', () => {
  it.each(surroundings)('offers every command once, each with its own keys, and quitting (%j)', (where) => {
    const sent: MenuCommand[] = [];
    const entries = menuTemplate((command) => sent.push(command), where).flatMap(
      ({ submenu = [] }) => submenu,
    );
    for (const { click } of entries) click?.();
    const keys = entries.flatMap(({ accelerator = [] }) => accelerator);
    expect(sent.toSorted()).toEqual(menuCommands.toSorted());
    expect(new Set(keys).size).toBe(keys.length);
    expect(entries.filter(({ role }) => role === 'quit')).toHaveLength(1);
  });

  it('shows the developer tools only where nothing is packaged', () => {
    const hasTools = surroundings.map((where) =>
      JSON.stringify(menuTemplate(() => undefined, where)).includes('toggleDevTools'),
    );
    expect(hasTools).toEqual([false, false, true]);
  });
});
