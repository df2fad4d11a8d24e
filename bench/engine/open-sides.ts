import { startOurs } from '../sides/ours.ts';
import { peerName, startPyTorch, type PeerForm } from '../sides/pytorch.ts';
import type { Side } from '../sides/side.ts';
import type { Bench } from './bench-engine.ts';

export type NamedSide = { readonly name: string; readonly side: Side };
/** The processes that are compared with one another. */
export type Sides = {
  readonly ours: Side;
  readonly peers: readonly NamedSide[];
  /** Those of the given forms that can be measured here. */
  peersAmong(forms: readonly PeerForm[]): readonly NamedSide[];
  close(): void;
};

export async function openSides(
  { options, leaveOut }: Pick<Bench, 'options' | 'leaveOut'>,
  threads: number,
  forms: readonly PeerForm[],
): Promise<Sides> {
  const ours = await startOurs('onnx', threads);
  const peers: NamedSide[] = [];
  const close = (): void => {
    for (const side of [ours, ...peers.map((peer) => peer.side)]) side.close();
  };
  try {
    for (const form of forms) {
      const side = await startPyTorch(options.python, threads, form);
      if (side.unavailable === undefined) peers.push({ name: peerName(form), side });
      else {
        side.close();
        leaveOut(side.unavailable);
      }
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    ours,
    peers,
    peersAmong: (some) => {
      const names = some.map(peerName);
      return peers.filter(({ name }) => names.includes(name));
    },
    close,
  };
}
