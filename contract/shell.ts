/** What the window says to the desktop shell around it. A browser has none: `window.redoubtShell` is then undefined. */
export type Shell = {
  readonly platform: ShellPlatform;
  /** Absolute path of the folder that was chosen; undefined when the dialog was closed. */
  readonly chooseFolder: (question: PathQuestion) => Promise<string | undefined>;
  readonly chooseFile: (question: FileQuestion) => Promise<string | undefined>;
  /** Shows a file or folder where it lies; false when nothing lies there. */
  readonly reveal: (path: string) => Promise<boolean>;
  /** Hears what is chosen in the menu until the returned function is called. */
  readonly onMenu: (handler: (command: MenuCommand) => void) => () => void;
};
export type ShellPlatform = 'linux' | 'darwin' | 'win32';

export type PathQuestion = { readonly title: string };
export type FileQuestion = PathQuestion & {
  readonly filters?: readonly { readonly name: string; readonly extensions: readonly string[] }[];
};

/** What a menu entry asks the window to do. */
export const menuCommands = [
  'new-study',
  'search',
  'show-studies',
  'show-farm',
  'show-runs',
  'show-compare',
  'show-open-world',
  'show-library',
  'show-settings',
] as const;
export type MenuCommand = (typeof menuCommands)[number];

/** Names on the wire between window and shell. The preload script repeats them, because it can import nothing. */
export const shellName = 'redoubtShell';
export const shellChannels = {
  chooseFolder: 'shell:choose-folder',
  chooseFile: 'shell:choose-file',
  reveal: 'shell:reveal',
  menu: 'shell:menu',
} as const;
