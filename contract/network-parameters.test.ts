import { describe, expect, it } from 'vitest';
import { buildNetwork } from './network-catalogue.ts';
import { networkKinds, networkSchema, type ImageShape, type NetworkKind } from './network.ts';
import { countParameters, networkParameters } from './network-parameters.ts';

const build = (kind: NetworkKind) => {
  const shape: ImageShape = kind.startsWith('mnist') ? [28, 28, 1] : [32, 32, 3];
  return buildNetwork(networkSchema.parse(kind), shape, 10);
};

/**
 * Published counts, or where none is published to the last digit, counts put together from published parts:
 * - vgg16-bn: torchvision's VGG-16 has 14,714,688 in its convolutions, 4,224 of them biases that are left out here;
 *   two batch-norm parameters for each of the 4,224 filters; the head 2048 -> 256 -> 256 -> 10.
 * - vgg4-bn: the first four convolutions of the same, 260,160 with their 384 biases; the head 8192 -> … is 2x2 of 128.
 * - vgg13: torchvision's VGG-13 has 133,047,848, its head 25088 -> 4096 -> 4096 -> 1000 takes 123,642,856 of them.
 * - wrn-28-k: 36,479,194 for k = 10 is printed by the PyTorch implementation that TRADES' and HYDRA's come from; the
 *   formula below gives it and its siblings.
 * - resnet18-cifar: 11,173,962 is printed by the implementation that the field shares.
 * - densenet-40-12: 1,019,722 is printed by the PyTorch implementation of the paper ("1.0M").
 * - all-cnn: 1.37 M in the paper's count; added up here from its table 2.
 * - mnist-madry: 3,274,634, TensorFlow's "Deep MNIST for experts" tutorial network, which it is.
 */
const head = (inputs: number) => inputs * 256 + 256 + (256 * 256 + 256) + (256 * 10 + 10);
const wideBlock = (inputs: number, outputs: number) =>
  2 * inputs +
  9 * inputs * outputs +
  2 * outputs +
  9 * outputs ** 2 +
  (inputs === outputs ? 0 : inputs * outputs);
const wideGroup = (inputs: number, outputs: number) =>
  wideBlock(inputs, outputs) + 3 * wideBlock(outputs, outputs);
const wide = (k: number) =>
  3 * 9 * 16 +
  wideGroup(16, 16 * k) +
  wideGroup(16 * k, 32 * k) +
  wideGroup(32 * k, 64 * k) +
  2 * 64 * k +
  (64 * k * 10 + 10);

describe('parameter counts', () => {
  it.each([
    ['cnn-small', 214_918],
    ['cnn-large', 2_466_858],
    ['mnist-small', 166_406],
    ['mnist-large', 1_974_762],
    ['mnist-madry', 3_274_634],
    ['vgg4-bn', 260_160 - 384 + 2 * 384 + head(4 * 128)],
    ['vgg16-bn', 14_714_688 - 4_224 + 2 * 4_224 + head(4 * 512)],
    ['vgg13', 133_047_848 - 123_642_856 + 2 * (512 * 512 + 512) + (512 * 10 + 10)],
    ['resnet18-cifar', 11_173_962],
    ['wrn-28-1', wide(1)],
    ['wrn-28-4', wide(4)],
    ['wrn-28-10', 36_479_194],
    ['densenet-40-12', 1_019_722],
    [
      'all-cnn',
      27 * 96 + 2 * 864 * 96 + 864 * 192 + 3 * 1728 * 192 + 192 * 192 + 192 * 10 + 3 * 96 + 5 * 192 + 10,
    ],
  ] as const)('of %s are those published', (kind, count) => {
    expect(countParameters(build(kind))).toBe(count);
  });

  it.each([
    ['vgg16-bn', 15.3, 1],
    ['wrn-28-1', 0.37, 2],
    ['wrn-28-4', 5.85, 2],
    ['wrn-28-10', 36.5, 1],
  ] as const)('of %s round to the %d million of the papers', (kind, millions, digits) => {
    expect((countParameters(build(kind)) / 1e6).toFixed(digits)).toBe(millions.toFixed(digits));
  });

  it('of wrn-28-10 follow the formula that gives its siblings', () => {
    expect(wide(10)).toBe(36_479_194);
  });

  it('leave running statistics out, which PyTorch keeps as buffers', () => {
    const graph = build('vgg4-bn');
    const statistics = networkParameters(graph).filter(({ name }) => /running_(mean|var)$/.test(name));
    expect(statistics).toHaveLength(8);
    const all = networkParameters(graph).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
    expect(all - countParameters(graph)).toBe(2 * (64 + 64 + 128 + 128));
  });
});

describe('parameter names', () => {
  const namesOf = (kind: NetworkKind) => networkParameters(build(kind)).map(({ name }) => name);

  it.each([
    [
      'vgg4-bn',
      [
        'features.0.weight',
        'features.1.weight',
        'features.1.bias',
        'features.1.running_mean',
        'features.1.running_var',
        'features.3.weight',
      ],
    ],
    ['vgg13', ['features.0.weight', 'features.0.bias', 'features.2.weight']],
    ['resnet18-cifar', ['conv1.weight', 'bn1.weight']],
    ['wrn-28-4', ['conv1.weight', 'block1.layer.0.bn1.weight']],
    ['densenet-40-12', ['conv1.weight', 'block1.layer.0.bn1.weight']],
    ['mnist-madry', ['conv1.weight', 'conv1.bias', 'conv2.weight', 'conv2.bias', 'fc1.weight']],
  ] as const)('of %s begin as in the PyTorch code that checkpoints come from', (kind, first) => {
    expect(namesOf(kind).slice(0, first.length)).toEqual(first);
  });

  it.each([
    ['vgg16-bn', ['features.7.weight', 'features.40.weight', 'classifier.0.weight', 'classifier.4.bias']],
    ['vgg13', ['features.22.weight', 'classifier.1.weight', 'classifier.4.weight', 'classifier.6.bias']],
    [
      'resnet18-cifar',
      ['layer2.0.shortcut.0.weight', 'layer2.0.shortcut.1.running_var', 'layer4.1.bn2.bias', 'linear.weight'],
    ],
    [
      'wrn-28-4',
      ['block1.layer.0.convShortcut.weight', 'block3.layer.3.conv2.weight', 'bn1.bias', 'fc.bias'],
    ],
    ['densenet-40-12', ['trans2.conv1.weight', 'block3.layer.11.conv1.weight', 'fc.weight']],
  ] as const)('of %s include those of its branches and its head', (kind, some) => {
    expect(namesOf(kind)).toEqual(expect.arrayContaining([...some]));
  });

  it('are given once each, in every network', () => {
    for (const kind of networkKinds) {
      const names = namesOf(kind);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
