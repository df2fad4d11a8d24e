import { add, dispose, mul, tensor, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { sourcesOf } from '#contract/network.ts';
import { sizeOf } from '#contract/network-shapes.ts';
import type { Interval } from './interval.ts';
import { contextOf, innerNodes, inputNode, outputNode, type BoundedNetwork } from './network.ts';
import { linesAround } from './rules/relu.ts';
import { ruleOf } from './rules/rules.ts';
import { disposeZonotope, marginsOf, pushForward } from './zonotope-margins.ts';
import { boxAround, zonotopeOf, type Zonotope } from './zonotope.ts';

/** By ReLU, the places of the values that it may or may not cut off. */
export type UnstableValues = ReadonlyMap<string, readonly number[]>;

/** Which values are unstable as one example's zonotope is pushed forward from its box. */
export async function findUnstable(network: BoundedNetwork, box: Interval): Promise<UnstableValues> {
  const found = new Map<string, readonly number[]>();
  const logits = await pushForward(network, box, async (node, [input]) => {
    if (node.kind === 'relu') found.set(node.id, await unstablePlaces(boxAround(input!)));
  });
  disposeZonotope(logits);
  return found;
}

async function unstablePlaces({ lower, upper }: Interval): Promise<readonly number[]> {
  const [least, greatest] = await Promise.all([lower.data(), upper.data()]);
  dispose([lower, upper]);
  return [...least.keys()].filter((i) => least[i]! < 0 && greatest[i]! > 0);
}

export type KnownExample = {
  readonly box: Interval;
  readonly label: number;
  /** Places of `findUnstable`. One that is no place (-1) stands for a term of zeros, so that shapes are few. */
  readonly unstable: UnstableValues;
};

/** The margins [1, classes] that `zonotopeMargins` finds, as functions that a derivative runs through. */
export function knownZonotopeMargins(network: BoundedNetwork, example: KnownExample): Tensor2D {
  const { graph } = network;
  const context = contextOf(network);
  const zonotopes: Record<string, Zonotope> = {
    [inputNode(graph)]: zonotopeOf(inputNode(graph), example.box),
  };
  for (const node of innerNodes(graph)) {
    const inputs = sourcesOf(node).map((id) => zonotopes[id]!);
    zonotopes[node.id] =
      node.kind === 'relu'
        ? rectify(node.id, inputs[0]!, example.unstable.get(node.id)!)
        : (ruleOf(node).pushForward(node, inputs, context) as Zonotope);
  }
  return marginsOf(zonotopes[outputNode(graph).id]!, Int32Array.of(example.label));
}

/** As `rectifyZonotope`, with the places of new terms given. */
function rectify(origin: string, zonotope: Zonotope, unstable: readonly number[]): Zonotope {
  const { upperSlope: slope, intercept } = linesAround(boxAround(zonotope), 'parallel');
  const half = mul(intercept, 0.5);
  const terms = Object.fromEntries(
    Object.entries(zonotope.terms).map(([name, term]) => [name, mul(term, slope)]),
  );
  const center = add(mul(zonotope.center, slope), half);
  if (unstable.length === 0) return { center, terms };
  return { center, terms: { ...terms, [origin]: mul(unitRows(unstable, center), half) } };
}

function unitRows(places: readonly number[], { shape: [, ...features] }: Tensor): Tensor {
  const size = sizeOf(features);
  const values = new Float32Array(places.length * size);
  for (const [row, place] of places.entries()) if (place >= 0) values[row * size + place] = 1;
  return tensor(values, [places.length, ...features]);
}
