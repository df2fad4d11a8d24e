export type CompareView = 'trade-off' | 'epsilon' | 'matrix' | 'difference' | 'recipes';
export const openWorldViews = [
  'acceptance',
  'distributions',
  'ratios',
  'density',
  'mitigation',
  'examples',
] as const;
export type OpenWorldView = (typeof openWorldViews)[number];
/** What is chosen in a view, by name: which measure, which setting. */
export type Chosen = Readonly<Record<string, string>>;
type Scope = {
  readonly study?: number | undefined;
  /** Keys, or beginnings of keys. */
  readonly runs?: readonly string[] | undefined;
  readonly chosen?: Chosen | undefined;
};
export type CompareGoal = Scope & { readonly view?: CompareView };
export type OpenWorldGoal = Scope & { readonly view?: OpenWorldView };
/** As much of a key as tells it from all others of a workspace, so that many fit into an address. */
const runPrefix = 12;
export const keyStart = (key: string): string => key.slice(0, runPrefix);

/** Where the screens are. The hash alone tells the screen, so that the host serves one page only. */
export const addresses = {
  studies: '#/studies',
  newStudy: (preset?: string) => `#/studies/new${preset === undefined ? '' : `?preset=${preset}`}`,
  study: (id: number, tab: 'design' | 'progress' | 'result' = 'progress') => `#/studies/${id}/${tab}`,
  farm: '#/farm',
  runs: (filter?: string) => `#/runs${filter === undefined ? '' : `?filter=${encodeURIComponent(filter)}`}`,
  run: (key: string) => `#/runs/${key}`,
  /** The table of exactly these runs. */
  runsOf: (keys: readonly string[]) =>
    addresses.runs(keys.map((key) => `key = ${key.slice(0, 8)}`).join(' or ')),
  compare: ({ view = 'trade-off', ...scope }: CompareGoal = {}) => `#/compare/${view}${askFor(scope)}`,
  openWorld: ({ view = 'acceptance', ...scope }: OpenWorldGoal = {}) =>
    `#/open-world/${view}${askFor(scope)}`,
  library: '#/library',
  settings: '#/settings',
} as const;

function askFor({ study, runs, chosen = {} }: Scope): string {
  const asked = [
    ...(study === undefined ? [] : [`study=${study}`]),
    ...(runs === undefined ? [] : [`runs=${runs.map(keyStart).join(',')}`]),
    ...Object.entries(chosen).map(([name, value]) => `${name}=${encodeURIComponent(value)}`),
  ].join('&');
  return asked === '' ? '' : `?${asked}`;
}
