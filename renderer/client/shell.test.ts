import { expect, it, vi } from 'vitest';
import type { MenuCommand, Shell } from '#contract/shell.ts';
import { findShell } from './shell.ts';

function fakeShell(): Shell & { readonly choose: (command: MenuCommand) => void } {
  const handlers = new Set<(command: MenuCommand) => void>();
  return {
    platform: 'linux',
    chooseFolder: () => Promise.resolve('/data/cifar10'),
    chooseFile: () => Promise.resolve(undefined),
    reveal: () => Promise.resolve(true),
    onMenu: (handler) => {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    choose: (command) => handlers.forEach((handler) => handler(command)),
  };
}

it('is the desktop shell where there is one around the window', async () => {
  const desktop = fakeShell();
  const shell = findShell({ redoubtShell: desktop });
  const heard = vi.fn();
  const deaf = shell.onMenu(heard);
  desktop.choose('show-farm');
  deaf();
  desktop.choose('search');
  expect(heard.mock.calls).toEqual([['show-farm']]);
  expect(await shell.chooseFolder?.({ title: 'Folder' })).toBe('/data/cifar10');
});

it('offers neither dialogs nor folders in a browser, and no menu speaks', () => {
  const shell = findShell({});
  expect(shell.chooseFolder).toBeUndefined();
  expect(shell.reveal).toBeUndefined();
  const heard = vi.fn();
  shell.onMenu(heard)();
  expect(heard).not.toHaveBeenCalled();
});
