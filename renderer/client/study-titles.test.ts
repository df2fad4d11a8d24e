import { expect, it } from 'vitest';
import { studyTitles } from './study-titles.ts';

it('numbers studies of one name, and no others', () => {
  const studies = [
    { id: 9, name: 'Acceptance' },
    { id: 5, name: 'Acceptance' },
    { id: 1, name: 'Mismatch' },
  ];
  expect([...studyTitles(studies).values()]).toEqual([
    'Acceptance · study 9',
    'Acceptance · study 5',
    'Mismatch',
  ]);
});
