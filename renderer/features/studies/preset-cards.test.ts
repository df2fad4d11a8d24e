import { expect, it } from 'vitest';
import { groupPresets } from './preset-cards.ts';

const preset = (id: string, title: string, summary: string) => ({ id, title, summary, yaml: '' });
const question = 'Does it hold (arXiv:1906.06110, section 4)? Some detail. Refuted if it does not.';

it('makes one card of a preset and its small variant', () => {
  const cards = groupPresets([
    preset('sweep-small', 'Sweep (small)', `${question} An hour on two cores.`),
    preset('sweep', 'Sweep', `${question} Days without a GPU.`),
  ]);
  expect(cards).toEqual([
    {
      id: 'sweep',
      title: 'Sweep',
      question: 'Does it hold (arXiv:1906.06110, section 4)?',
      refutation: 'Refuted if it does not.',
      variants: [
        { id: 'sweep-small', text: 'Small', note: 'An hour on two cores.' },
        { id: 'sweep', text: 'Published', note: 'Days without a GPU.' },
      ],
    },
  ]);
});

it('keeps a preset of one size as it is', () => {
  const [card] = groupPresets([preset('quickstart', 'Quickstart', 'Two minutes.')]);
  expect(card?.variants).toEqual([{ id: 'quickstart', text: 'Design', note: '' }]);
});
