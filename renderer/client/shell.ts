import { createContext } from 'svelte';
import { shellName, type Shell } from '#contract/shell.ts';

/**
 * What the shell around the window can do. A browser has no native dialogs and shows no folders: what is left out is
 * offered nowhere, and paths are typed.
 */
export type WindowShell = Pick<Shell, 'onMenu'> &
  Partial<Pick<Shell, 'chooseFolder' | 'chooseFile' | 'reveal'>>;

/** The desktop shell where its preload script left one in this window, else the browser. */
export function findShell(page: object): WindowShell {
  const { [shellName]: desktop } = page as { readonly [shellName]?: Shell };
  return desktop ?? browserShell;
}

const browserShell: WindowShell = { onMenu: () => () => undefined };

export const [useShell, provideShell] = createContext<WindowShell>();
