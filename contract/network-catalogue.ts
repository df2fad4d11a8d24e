import type { ImageShape, NetworkGraph, NetworkNode, NetworkSpec } from './network.ts';
import { allConvolutional } from './networks/all-cnn.ts';
import { densenet40 } from './networks/densenet.ts';
import { madryNetwork } from './networks/madry.ts';
import { largeLayers, perceptronLayers, plainNetwork, smallLayers } from './networks/plain.ts';
import { resnet18 } from './networks/resnet.ts';
import { calibratedVgg, normalizedVgg } from './networks/vgg.ts';
import { wideResnet } from './networks/wide-resnet.ts';

/**
 * Builds the graph of a named network for a task (science.md, section 1). Node ids give the checkpoint its PyTorch
 * names. Throws a RangeError for images that are too small for the network.
 */
export function buildNetwork(spec: NetworkSpec, inputShape: ImageShape, classCount: number): NetworkGraph {
  const nodes = [...nodesOf(spec, inputShape, classCount)];
  return { spec, inputShape: [...inputShape], classCount, nodes };
}

function nodesOf(spec: NetworkSpec, inputShape: ImageShape, classCount: number): readonly NetworkNode[] {
  switch (spec.kind) {
    case 'cnn-small':
    case 'mnist-small':
      return plainNetwork(smallLayers(classCount));
    case 'cnn-large':
    case 'mnist-large':
      return plainNetwork(largeLayers(classCount));
    case 'mlp':
      return plainNetwork(perceptronLayers(spec.widths, classCount));
    case 'mnist-madry':
      return madryNetwork(inputShape, classCount);
    case 'vgg4-bn':
    case 'vgg16-bn':
      return normalizedVgg(spec.kind, inputShape, classCount);
    case 'vgg13':
      return calibratedVgg(inputShape, classCount);
    case 'resnet18-cifar':
      return resnet18(inputShape, classCount);
    case 'wrn-28-1':
      return wideResnet(1, inputShape, classCount);
    case 'wrn-28-4':
      return wideResnet(4, inputShape, classCount);
    case 'wrn-28-10':
      return wideResnet(10, inputShape, classCount);
    case 'densenet-40-12':
      return densenet40(inputShape, classCount);
    case 'all-cnn':
      return allConvolutional(inputShape, classCount);
  }
}
