import type { Scalar } from '#contract/run.ts';
import { settingText } from '#contract/setting-text.ts';

/** A setting in a table: a dash where a run has none. */
export const settingCell = (path: string, value: Scalar | undefined): string =>
  value === undefined ? '—' : settingText(path, value);
