import type { NetworkGraph } from '#contract/network.ts';

export type Measure = 'forward' | 'pgdStep' | 'trainingStep' | 'attackEvaluation';

/** What one side is asked to do once, and to say how long it took. */
export type Request = {
  readonly measure: Measure;
  readonly network: 'cnn-small' | 'cnn-large';
  readonly batch: number;
  /** A file of weights; made weights when left out. */
  readonly weights?: string;
  /** A file of CIFAR-10 records, and how many of them to attack. */
  readonly images?: string;
  readonly count?: number;
};
export type Answer = { readonly ms: number; readonly attackedAccuracy?: number };

/** How many PGD steps one measurement of `pgdStep` takes. */
export const pgdSteps = 5;

/** A network's layers with their sizes, as a program that does not know Redoubt's graphs can build them. */
export function describeLayers(graph: NetworkGraph): readonly object[] {
  let [height, width, channels] = graph.inputShape;
  let features = 0;
  return graph.nodes.flatMap((node): object[] => {
    switch (node.kind) {
      case 'conv': {
        const inputs = channels;
        const after = (size: number): number =>
          Math.floor((size + 2 * node.padding - node.kernel) / node.stride) + 1;
        [height, width, channels] = [after(height), after(width), node.filters];
        const { kernel, stride, padding } = node;
        return [{ kind: 'conv', inputs, outputs: node.filters, kernel, stride, padding }];
      }
      case 'flatten':
        features = height * width * channels;
        return [{ kind: 'flatten' }];
      case 'dense': {
        const inputs = features;
        features = node.units;
        return [{ kind: 'dense', inputs, outputs: node.units }];
      }
      case 'relu':
        return [{ kind: 'relu' }];
      case 'input':
        return [];
      case 'add':
      case 'concat':
      case 'average-pool':
      case 'max-pool':
      case 'batch-norm':
      case 'dropout':
        throw new Error(`The peer builds chains of conv, dense, relu and flatten, got ${node.kind}.`);
    }
  });
}
