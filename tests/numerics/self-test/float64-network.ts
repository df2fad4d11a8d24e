import { madeValues } from '#workers/procedures/self-test/made-values.ts';
import { naiveConvolution, outputSize, type Convolution } from '../naive-convolution.ts';

/** The self-test's network in float64 and plain loops: two convolutions 4 by 4 of stride 2, two dense layers. */

type Values = Float64Array;
export type Parameters = ReadonlyMap<string, Values>;

const batch = 3;
const classes = 4;
const convolutions: readonly Convolution[] = [
  { batch, size: [8, 8], channels: 1, filters: 16, kernel: 4, stride: 2, pad: 1 },
  { batch, size: [4, 4], channels: 16, filters: 32, kernel: 4, stride: 2, pad: 1 },
];
const sizes: readonly (readonly [name: string, count: number, scale: number])[] = [
  ['conv1.weight', 256, 0.5],
  ['conv1.bias', 16, 0.125],
  ['conv2.weight', 8192, 0.125],
  ['conv2.bias', 32, 0.125],
  ['fc1.weight', 12_800, 0.125],
  ['fc1.bias', 100, 0.125],
  ['fc2.weight', 400, 0.25],
  ['fc2.bias', 4, 0.125],
];
const labels = [0, 1, 3];

export const madeImages = (): Values => Float64Array.from(madeValues(192, 30), (value) => (value + 1) / 2);
export const madeParameters = (): Parameters =>
  new Map(
    sizes.map(([name, count, scale], i) => [name, Float64Array.from(madeValues(count, 40 + i, scale))]),
  );

/** Logits, and the derivatives of the summed cross-entropy; weights in PyTorch's layouts. */
export function evaluateNetwork(parameters: Parameters, images: Values) {
  const of = (name: string): Values => parameters.get(name)!;
  const first = convolve(convolutions[0]!, images, of('conv1.weight'), of('conv1.bias'));
  const second = convolve(convolutions[1]!, first.rectified, of('conv2.weight'), of('conv2.bias'));
  const flat = channelsFirst(second.rectified, 4, 32);
  const hidden = dense(flat, of('fc1.weight'), of('fc1.bias'));
  const active = hidden.map((value) => Math.max(value, 0));
  const logits = dense(active, of('fc2.weight'), of('fc2.bias'));

  const dLogits = softmaxMinusLabels(logits);
  const last = denseGradients(active, of('fc2.weight'), dLogits);
  const dHidden = last.dx.map((value, i) => (hidden[i]! > 0 ? value : 0));
  const middle = denseGradients(flat, of('fc1.weight'), dHidden);
  const back = second.back(channelsLast(middle.dx, 4, 32));
  const front = first.back(back.dx);
  const gradients: Parameters = new Map([
    ['conv1.weight', front.dWeight],
    ['conv1.bias', front.dBias],
    ['conv2.weight', back.dWeight],
    ['conv2.bias', back.dBias],
    ['fc1.weight', middle.dWeight],
    ['fc1.bias', middle.dBias],
    ['fc2.weight', last.dWeight],
    ['fc2.bias', last.dBias],
  ]);
  return { logits, dImages: front.dx, gradients };
}

export function attackedImages(steps: number, stepSize: number, radius: number): Values {
  const images = madeImages();
  let points = images;
  for (let step = 0; step < steps; step += 1) {
    const { dImages } = evaluateNetwork(madeParameters(), points);
    points = points.map((value, i) => {
      const moved = value + stepSize * Math.sign(dImages[i]!) - images[i]!;
      return clamp(images[i]! + clamp(moved, -radius, radius), 0, 1);
    });
  }
  return points;
}

/** Steps down the mean cross-entropy; velocity = momentum * velocity + gradient. */
export function trainedParameters(steps: number, rate: number, momentum: number): Parameters {
  let parameters = madeParameters();
  let velocities: Parameters = new Map(sizes.map(([name, count]) => [name, new Float64Array(count)]));
  for (let step = 0; step < steps; step += 1) {
    const { gradients } = evaluateNetwork(parameters, madeImages());
    velocities = mapped(
      velocities,
      (velocity, name, i) => momentum * velocity + gradients.get(name)![i]! / batch,
    );
    parameters = mapped(parameters, (value, name, i) => value - rate * velocities.get(name)![i]!);
  }
  return parameters;
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

const mapped = (values: Parameters, change: (value: number, name: string, i: number) => number): Parameters =>
  new Map([...values].map(([name, own]) => [name, own.map((value, i) => change(value, name, i))]));

/** A rectified convolution of NHWC images with a filter [out, in, row, column], and its way back. */
function convolve(settings: Convolution, x: Values, weight: Values, bias: Values) {
  const filter = toTaps(settings, weight);
  const [height, width] = outputSize(settings);
  const count = settings.batch * height * width * settings.filters;
  const { y } = naiveConvolution(settings, { x, filter, dy: new Float64Array(count) });
  const rectified = y.map((value, i) => Math.max(value + bias[i % settings.filters]!, 0));
  const back = (dy: Values) => {
    const before = dy.map((value, i) => (rectified[i]! > 0 ? value : 0));
    const { dx, dFilter } = naiveConvolution(settings, { x, filter, dy: before });
    const dBias = new Float64Array(settings.filters);
    before.forEach((value, i) => {
      dBias[i % settings.filters]! += value;
    });
    return { dx, dWeight: fromTaps(settings, dFilter), dBias };
  };
  return { rectified, back };
}

/** [out, in, tap] to [tap, in, out]. */
function toTaps({ channels, filters, kernel }: Convolution, weight: Values): Values {
  return weight.map((_, at) => {
    const [tap, input, output] = [
      Math.floor(at / (channels * filters)),
      Math.floor(at / filters) % channels,
      at % filters,
    ];
    return weight[(output * channels + input) * kernel * kernel + tap]!;
  });
}

function fromTaps({ channels, filters, kernel }: Convolution, taps: Values): Values {
  const area = kernel * kernel;
  return taps.map((_, at) => {
    const [output, input, tap] = [
      Math.floor(at / (channels * area)),
      Math.floor(at / area) % channels,
      at % area,
    ];
    return taps[(tap * channels + input) * filters + output]!;
  });
}

/** Per example [place, channel] to [channel, place], and back. */
const channelsFirst = (x: Values, places: number, channels: number): Values =>
  x.map((_, at) => {
    const [n, within] = [Math.floor(at / (places * channels)), at % (places * channels)];
    return x[n * places * channels + (within % places) * channels + Math.floor(within / places)]!;
  });
const channelsLast = (x: Values, places: number, channels: number): Values =>
  channelsFirst(x, channels, places);

/** Weight [out, in]. */
function dense(x: Values, weight: Values, bias: Values): Values {
  const [inputs, outputs] = [x.length / batch, bias.length];
  return Float64Array.from({ length: batch * outputs }, (_, at) => {
    const [n, output] = [Math.floor(at / outputs), at % outputs];
    let total = bias[output]!;
    for (let i = 0; i < inputs; i += 1) total += x[n * inputs + i]! * weight[output * inputs + i]!;
    return total;
  });
}

function denseGradients(x: Values, weight: Values, dy: Values) {
  const [inputs, outputs] = [x.length / batch, dy.length / batch];
  const dx = new Float64Array(x.length);
  const dWeight = new Float64Array(weight.length);
  const dBias = new Float64Array(outputs);
  dy.forEach((slope, at) => {
    const [n, output] = [Math.floor(at / outputs), at % outputs];
    dBias[output]! += slope;
    for (let i = 0; i < inputs; i += 1) {
      dx[n * inputs + i]! += slope * weight[output * inputs + i]!;
      dWeight[output * inputs + i]! += slope * x[n * inputs + i]!;
    }
  });
  return { dx, dWeight, dBias };
}

function softmaxMinusLabels(logits: Values): Values {
  return logits.map((logit, at) => {
    const n = Math.floor(at / classes);
    const row = logits.subarray(n * classes, (n + 1) * classes);
    const total = row.reduce((sum, other) => sum + Math.exp(other - logit), 0);
    return 1 / total - (labels[n] === at % classes ? 1 : 0);
  });
}
