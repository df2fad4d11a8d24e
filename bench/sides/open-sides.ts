import { startOurs } from './ours.ts';
import { peerName, startPyTorch, type PeerForm } from './pytorch.ts';
import type { Side } from './side.ts';

type NamedSide = { readonly name: string; readonly side: Side };
/** The processes that are compared with one another. */
export type Sides = {
  readonly ours: Side;
  readonly peers: readonly NamedSide[];
  close(): void;
};
type SidesWanted = {
  readonly threads: number;
  /** None where only this project is measured. */
  readonly forms: readonly PeerForm[];
  /** The Python that has what bench/peers/requirements.txt lists. */
  readonly python: string;
  /** Hears why a form of PyTorch cannot be measured here. */
  readonly leaveOut: (what: string) => void;
};

/** The onnx engine and so many forms of PyTorch. */
export async function openSides({ threads, forms, python, leaveOut }: SidesWanted): Promise<Sides> {
  const ours = await startOurs('onnx', threads);
  const peers: NamedSide[] = [];
  const close = (): void => {
    for (const side of [ours, ...peers.map((peer) => peer.side)]) side.close();
  };
  try {
    for (const form of forms) {
      const side = await startPyTorch(python, threads, form);
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
  return { ours, peers, close };
}

/** Two engines of this project, one thread each: the other has no more. */
export async function openEngines(): Promise<Sides> {
  const ours = await startOurs('onnx', 1);
  const wasm = await startOurs('wasm', 1);
  const close = (): void => {
    ours.close();
    wasm.close();
  };
  return { ours, peers: [{ name: 'wasm', side: wasm }], close };
}
