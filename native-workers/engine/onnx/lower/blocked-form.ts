import { imageLayout, sameLayout } from '../layout.ts';
import type { OnnxDomain } from '../writer.ts';
import type { Emitter } from './emitter.ts';
import { inLayout, layoutOf, plain, type LowerContext, type Operand } from './lowered.ts';

/**
 * onnxruntime's own form of images: blocks of channels lie together, [batch, channels / block, rows, columns, block], in
 * an array that says [batch, channels, rows, columns]. What leaves that form does so by a ReorderOutput; whoever wants
 * the form back takes what that one read.
 */
export const blockedDomain: OnnxDomain = 'com.microsoft.nchwc';

/** To [batch, channels, rows, columns]. */
export function unblocked(emitter: Emitter, x: string, channels: number): string {
  return emitter.emit('ReorderOutput', [x], { attributes: { channels }, domain: blockedDomain });
}

/** From [batch, channels, rows, columns]. */
export function blocked(emitter: Emitter, x: string): string {
  return wasBlocked(emitter, x) ?? emitter.emit('ReorderInput', [x], { domain: blockedDomain });
}

/** From the blocked form to [batch, rows, columns, channels]. */
export function channelsLastOf(emitter: Emitter, x: string, channels: number): string {
  return emitter.emit('ReorderOutput', [x], {
    attributes: { channels, channels_last: 1 },
    domain: blockedDomain,
  });
}

/** From [batch, rows, columns, channels]. */
export function blockedFromChannelsLast(emitter: Emitter, x: string): string {
  return emitter.emit('ReorderInput', [x], { attributes: { channels_last: 1 }, domain: blockedDomain });
}

/** An operand that is images, in the blocked form. */
export const asBlocks = (x: Operand, { emitter }: LowerContext): string =>
  blocked(emitter, inLayout(emitter, x, imageLayout));

/** What `x` was before it left the blocked form, if it did. */
function wasBlocked(emitter: Emitter, x: string): string | undefined {
  const producer = emitter.producer(x);
  const left = producer?.op === 'ReorderOutput' && producer.attributes['channels_last'] === undefined;
  return left ? producer.inputs[0] : undefined;
}

/**
 * Images as [batch, rows, columns, channels]. By way of the blocked form, which their convolution needs anyway: blocks
 * of channels move in one piece, and several threads move them.
 */
export function channelsLast(x: Operand, context: LowerContext): string {
  const { emitter, settings } = context;
  const channels = x.node.shape[3]!;
  const block = settings.channelBlock;
  if (block === undefined || channels % block !== 0 || !sameLayout(layoutOf(x), imageLayout))
    return plain(emitter, x);
  return channelsLastOf(emitter, asBlocks(x, context), channels);
}

/** Whether an operand lies in whole blocks, but for a ReorderOutput that nobody needs to wait for. */
export function liesInBlocks({ node, lowered }: Operand, { emitter, settings }: LowerContext): boolean {
  const { channelBlock, keepsBlocks } = settings;
  return (
    keepsBlocks === true &&
    channelBlock !== undefined &&
    node.shape.length === 4 &&
    node.shape[3]! % channelBlock === 0 &&
    lowered.kind === 'array' &&
    sameLayout(lowered.layout, imageLayout) &&
    wasBlocked(emitter, lowered.name) !== undefined
  );
}
