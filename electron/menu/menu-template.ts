import type { MenuCommand } from '#contract/shell.ts';
import type { MenuEntry } from '../electron-api.ts';

export type MenuSurroundings = { readonly isMac: boolean; readonly isPackaged: boolean };

const places = [
  ['Studies', 'show-studies'],
  ['Farm', 'show-farm'],
  ['Runs', 'show-runs'],
  ['Compare', 'show-compare'],
  ['Open world', 'show-open-world'],
  ['Library', 'show-library'],
  ['Settings', 'show-settings'],
] as const satisfies readonly (readonly [string, MenuCommand])[];

/** The application's menu. Commands are the page's own: the shell only passes them on. */
export function menuTemplate(
  send: (command: MenuCommand) => void,
  { isMac, isPackaged }: MenuSurroundings,
): MenuEntry[] {
  const entry = (label: string, command: MenuCommand, accelerator: string): MenuEntry => ({
    label,
    accelerator,
    click: () => {
      send(command);
    },
  });
  const separator: MenuEntry = { type: 'separator' };
  return [
    ...(isMac
      ? [{ label: 'Redoubt', submenu: [{ role: 'about' } as const, separator, { role: 'quit' } as const] }]
      : []),
    {
      label: 'File',
      submenu: [
        entry('New study', 'new-study', 'CmdOrCtrl+N'),
        ...(isMac ? [] : [separator, { role: 'quit' } as const]),
      ],
    },
    { role: 'editMenu' },
    {
      label: 'Go',
      submenu: [
        entry('Search…', 'search', 'CmdOrCtrl+K'),
        separator,
        ...places.map(([label, command], index) => entry(label, command, `CmdOrCtrl+${index + 1}`)),
      ],
    },
    {
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
        ...(isPackaged ? [] : [separator, { role: 'toggleDevTools' } as const]),
      ],
    },
    { role: 'windowMenu' },
    ...(isMac ? [] : [{ label: 'Help', submenu: [{ role: 'about' } as const] }]),
  ];
}
