import { canonicalJson } from '#contract/canonical-json.ts';
import type { DatasetFacts } from '#contract/dataset.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { activationShapes } from '#contract/network-shapes.ts';
import type { NetworkSpec } from '#contract/network.ts';
import type { Cell, StudyIssue } from '#contract/study.ts';

/** Says of each cell whether its images are too small for its network; the same pair is looked at once. */
export function checkNetworks(
  datasets: ReadonlyMap<string, DatasetFacts>,
): (cell: Pick<Cell, 'dataset' | 'network'>) => StudyIssue[] {
  const known = new Map<string, StudyIssue[]>();
  return ({ dataset, network }) => {
    const facts = datasets.get(dataset.name);
    if (facts === undefined) return [];
    const pair = canonicalJson([dataset.name, network]);
    let issues = known.get(pair);
    if (issues === undefined) known.set(pair, (issues = fittingIssues(network, facts)));
    return issues;
  };
}

function fittingIssues(network: NetworkSpec, { name, shape, classes }: DatasetFacts): StudyIssue[] {
  try {
    activationShapes(buildNetwork(network, shape, classes.length));
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const [height, width] = shape;
    return [
      {
        path: ['network'],
        message: `${network.kind} needs larger images than the ${height}x${width} of ${name}. ${error.message}`,
      },
    ];
  }
}
