import { openWorldViews, type CompareView, type OpenWorldView } from '../client/addresses.ts';
import type { AskedScope } from '../parts/resolve-scope.ts';

/** Which screen the address names. */
export type Route =
  | { readonly screen: 'studies' }
  | { readonly screen: 'new-study'; readonly preset: string | undefined }
  | { readonly screen: 'study'; readonly id: number; readonly tab: StudyTab }
  | { readonly screen: 'farm' }
  | { readonly screen: 'runs'; readonly filter: string | undefined }
  | { readonly screen: 'run'; readonly key: string }
  | ({ readonly screen: 'compare'; readonly view: CompareView } & AskedScope)
  | ({ readonly screen: 'open-world'; readonly view: OpenWorldView } & AskedScope)
  | { readonly screen: 'library' }
  | { readonly screen: 'settings' }
  | { readonly screen: 'unknown'; readonly address: string };
const compareViews: readonly [CompareView, ...CompareView[]] = [
  'trade-off',
  'epsilon',
  'matrix',
  'difference',
  'recipes',
];
type StudyTab = (typeof studyTabs)[number];
const studyTabs = ['design', 'progress', 'result'] as const;

export function parseRoute(hash: string): Route {
  const address = hash.replace(/^#\/?/, '');
  const [path = '', query = ''] = address.split('?', 2);
  const [place = '', ...rest] = path.split('/');
  const asked = new URLSearchParams(query);
  switch (place) {
    case '':
    case 'studies':
      return studiesRoute(rest, asked, address);
    case 'runs':
      return runsRoute(rest[0], asked);
    case 'compare':
      return { screen: place, view: known(compareViews, rest[0]), ...scopeOf(asked) };
    case 'open-world':
      return { screen: place, view: known(openWorldViews, rest[0]), ...scopeOf(asked) };
    case 'farm':
    case 'library':
    case 'settings':
      return { screen: place };
    default:
      return { screen: 'unknown', address };
  }
}

function studiesRoute(rest: readonly string[], asked: URLSearchParams, address: string): Route {
  const [which, tab] = rest;
  if (which === undefined || which === '') return { screen: 'studies' };
  if (which === 'new') return { screen: 'new-study', preset: asked.get('preset') ?? undefined };
  const id = Number(which);
  if (!Number.isInteger(id) || id < 1) return { screen: 'unknown', address };
  return { screen: 'study', id, tab: studyTabs.find((known) => known === tab) ?? 'progress' };
}

const runsRoute = (key: string | undefined, asked: URLSearchParams): Route =>
  key === undefined || key === ''
    ? { screen: 'runs', filter: asked.get('filter') ?? undefined }
    : { screen: 'run', key };

/** The view that is asked for, else the first. */
const known = <View extends string>(views: readonly [View, ...View[]], asked: string | undefined): View =>
  views.find((view) => view === asked) ?? views[0];

function scopeOf(asked: URLSearchParams): AskedScope {
  const study = Number(asked.get('study'));
  const runs = asked
    .get('runs')
    ?.split(',')
    .filter((key) => /^[0-9a-f]{8,64}$/.test(key));
  return {
    study: Number.isInteger(study) && study > 0 ? study : undefined,
    runs: runs === undefined || runs.length === 0 ? undefined : runs,
    chosen: Object.fromEntries([...asked].filter(([name]) => name !== 'study' && name !== 'runs')),
  };
}
