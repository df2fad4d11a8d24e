/** Where the screens are. The hash alone tells the screen, so that the host serves one page only. */
export const addresses = {
  studies: '#/studies',
  newStudy: (preset?: string) => `#/studies/new${preset === undefined ? '' : `?preset=${preset}`}`,
  study: (id: number, tab: 'design' | 'progress' | 'result' = 'progress') => `#/studies/${id}/${tab}`,
  farm: '#/farm',
  runs: (filter?: string) => `#/runs${filter === undefined ? '' : `?filter=${encodeURIComponent(filter)}`}`,
  run: (key: string) => `#/runs/${key}`,
  library: '#/library',
  settings: '#/settings',
} as const;
