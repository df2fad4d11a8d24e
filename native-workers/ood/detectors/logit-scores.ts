/** Scores of one example's logits, in float64. Higher: more in-distribution. */

export const maximum = (logits: Float64Array): number => logits.reduce((a, b) => Math.max(a, b), -Infinity);

/** temperature * log(sum(exp(logits / temperature))), stable for logits of any size. */
export function softMaximum(logits: Float64Array, temperature: number): number {
  const greatest = maximum(logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp((logit - greatest) / temperature), 0);
  return greatest + temperature * Math.log(total);
}

/** The largest softmax of logits / temperature. */
export function largestSoftmax(logits: Float64Array, temperature: number): number {
  const greatest = maximum(logits);
  return 1 / logits.reduce((sum, logit) => sum + Math.exp((logit - greatest) / temperature), 0);
}
