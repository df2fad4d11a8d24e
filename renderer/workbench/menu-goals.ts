import type { MenuCommand } from '#contract/shell.ts';
import { addresses } from '../client/addresses.ts';

/** Where the menu's commands lead; `search` opens the palette instead. */
export const menuGoals: Readonly<Record<Exclude<MenuCommand, 'search'>, string>> = {
  'new-study': addresses.newStudy(),
  'show-studies': addresses.studies,
  'show-farm': addresses.farm,
  'show-runs': addresses.runs(),
  'show-compare': addresses.compare(),
  'show-open-world': addresses.openWorld(),
  'show-library': addresses.library,
  'show-settings': addresses.settings,
};
