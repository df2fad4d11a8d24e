import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { networkKinds, networkSchema } from '#contract/network.ts';
import { checkNetworks } from './check-networks.ts';
import { parseStudy } from './parse-study.ts';
import { planStudy } from './plan-study.ts';
import { sampleDatasets } from '../../tests/fixture/plans.ts';

const facts = sampleDatasets.get('glyphs')!;
const digits = new Map([...sampleDatasets, ['glyphs', { ...facts, shape: [28, 28, 1] as const }]]);
const study = (network: string) => `
name: Fits
dataset: glyphs
network: ${network}
pretrain: { objective: natural, epochs: 1 }
`;
const issuesOf = (network: string) => {
  const parsed = parseStudy(study(network));
  if (parsed.kind === 'invalid') throw new Error('The study should parse.');
  const planned = planStudy(parsed, digits);
  return planned.kind === 'invalid' ? planned.issues : [];
};

describe('checkNetworks', () => {
  it('points at the network that halves small images once too often', () => {
    const issues = issuesOf('[vgg13, cnn-small]');
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ path: ['network', 0], line: 4 });
    expect(issues[0]!.message).toContain('vgg13 needs larger images than the 28x28 of glyphs');
  });

  it('has no objection to any network on the images that it was made for', () => {
    for (const kind of networkKinds) {
      const network = networkSchema.parse(kind);
      const dataset = parseCell().dataset;
      expect(checkNetworks(sampleDatasets)({ dataset, network })).toEqual([]);
      expect(buildNetwork(network, facts.shape, 10).nodes.length).toBeGreaterThan(5);
    }
  });
});

function parseCell() {
  const parsed = parseStudy(study('cnn-small'));
  if (parsed.kind === 'invalid') throw new Error('The study should parse.');
  return parsed.cells[0]!.cell;
}
