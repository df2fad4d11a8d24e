import { describe, expect, it } from 'vitest';
import { addresses } from '../client/addresses.ts';
import { parseRoute } from './parse-route.ts';

describe('parseRoute', () => {
  it.each([
    ['', { screen: 'studies' }],
    ['#/studies', { screen: 'studies' }],
    ['#/studies/new', { screen: 'new-study', preset: undefined }],
    ['#/studies/new?preset=quickstart', { screen: 'new-study', preset: 'quickstart' }],
    ['#/studies/7', { screen: 'study', id: 7, tab: 'progress' }],
    ['#/studies/7/result', { screen: 'study', id: 7, tab: 'result' }],
    ['#/farm', { screen: 'farm' }],
    ['#/runs', { screen: 'runs', filter: undefined }],
    ['#/runs?filter=density%20%3C%3D%200.1', { screen: 'runs', filter: 'density <= 0.1' }],
    ['#/runs/abc123', { screen: 'run', key: 'abc123' }],
    ['#/compare', { screen: 'compare', view: 'trade-off', study: undefined, runs: undefined, chosen: {} }],
    [
      '#/compare/matrix?study=3',
      { screen: 'compare', view: 'matrix', study: 3, runs: undefined, chosen: {} },
    ],
    [
      '#/compare/recipes?runs=0123456789ab,../x,ba9876543210',
      {
        screen: 'compare',
        view: 'recipes',
        study: undefined,
        runs: ['0123456789ab', 'ba9876543210'],
        chosen: {},
      },
    ],
    [
      '#/open-world',
      { screen: 'open-world', view: 'acceptance', study: undefined, runs: undefined, chosen: {} },
    ],
    [
      '#/open-world/mitigation?study=3',
      { screen: 'open-world', view: 'mitigation', study: 3, runs: undefined, chosen: {} },
    ],
    [
      '#/compare/matrix?study=3&measure=pgd-50%20linf%208%2F255&rows=prune',
      {
        screen: 'compare',
        view: 'matrix',
        study: 3,
        runs: undefined,
        chosen: { measure: 'pgd-50 linf 8/255', rows: 'prune' },
      },
    ],
  ])('reads %s', (hash, route) => expect(parseRoute(hash)).toEqual(route));

  it('reads what an address of a view was made with', () => {
    const chosen = { attack: 'pgd-10 adapted to energy linf', epsilon: '8/255', measure: 'a&b=c' };
    expect(parseRoute(addresses.openWorld({ view: 'examples', study: 3, chosen }))).toMatchObject({
      view: 'examples',
      study: 3,
      chosen,
    });
  });

  it.each(['#/comparison', '#/studies/seven', '#/studies/0'])('knows no screen at %s', (hash) =>
    expect(parseRoute(hash).screen).toBe('unknown'),
  );
});
