import { setImmediate } from 'node:timers/promises';
import {
  engine,
  KernelBackend,
  tidy,
  type BackendValues,
  type DataType,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { EngineChoices } from '../engine.ts';
import type { Computation } from '../repeated.ts';
import type { DeviceKind } from '#contract/device.ts';
import { sizeOf } from '#contract/network-shapes.ts';
import {
  createGraph,
  storedNode,
  type Dtype,
  type Graph,
  type GraphNode,
  giveBack,
  stored,
  type NodeType,
  type Store,
  type Values,
} from './graph.ts';
import { inImageLayout, inLogicalOrder, uploadLayout } from './layout.ts';
import type { Operation } from './operation.ts';
import { isStored, planPending, type Plan, type StoredNode } from './plan.ts';
import type { Programs } from './programs.ts';
import { replay, signatureOf, startRecording, type Recorder, type Recording } from './recording.ts';

/** The node that tfjs-core knows as a tensor's dataId. */
export function nodeOf(dataId: object): GraphNode {
  return dataId as GraphNode;
}

/**
 * A TensorFlow.js backend that computes nothing until a value is read: then everything pending that a tensor
 * still holds is computed at once, by one program.
 */
export class OnnxBackend extends KernelBackend {
  readonly device: DeviceKind;
  readonly #graph: Graph = createGraph();
  readonly #programs: Programs;
  #held = 0;
  #retired: Store[] = [];
  #frozenCount = 0;
  #wasTaping = false;
  #recorder: Recorder | undefined;
  readonly #recordings = new WeakMap<object, Map<string, Recording>>();

  constructor(programs: Programs, device: DeviceKind = 'cpu') {
    super();
    this.device = device;
    this.#programs = programs;
  }

  /** Records an operation of a kernel. Before a new tape begins, what an earlier one asked for is computed. */
  record(operation: Operation, inputs: readonly GraphNode[], result: NodeType): GraphNode {
    const isTaping = engine().state.gradientDepth > 0;
    if (isTaping && !this.#wasTaping && this.#recorder?.isEmpty !== false) this.#settleGradients();
    this.#wasTaping = isTaping;
    const node = this.#graph.record(operation, inputs, result);
    this.#recorder?.take(operation, inputs, node, isTaping);
    return node;
  }

  #settleGradients(): void {
    if (this.#graph.pending.some(isGradient)) this.settle();
  }

  /** See engine/repeated.ts. What the computation brings itself stays as long as the recording. */
  repeat<Outputs extends Readonly<Record<string, Tensor>>>(computation: Computation<Outputs>): Outputs {
    const { of, as, inputs } = computation;
    const nodes = Object.values(inputs).map(({ dataId }) => nodeOf(dataId));
    const key = `${as} ${signatureOf(Object.keys(inputs), nodes)}`;
    const recordings = this.#recordings.get(of) ?? new Map<string, Recording>();
    this.#recordings.set(of, recordings);
    const recording = recordings.get(key);
    if (recording) return this.#replayed(recording, nodes) as Outputs;
    const { outputs, made } = this.#recorded(computation, nodes);
    recordings.set(key, made);
    if (recordings.size > mostRecordings) recordings.delete([...recordings.keys()][0]!);
    return outputs;
  }

  #replayed(recording: Recording, nodes: readonly GraphNode[]): Record<string, Tensor> {
    if (recording.beginsTaping) this.#settleGradients();
    this.#wasTaping = false;
    const { outputs, made } = replay(recording, nodes, this.#graph);
    const tensors = [...outputs].map(([name, node]): [string, Tensor] => {
      const info = { dataId: this.hold(node), shape: [...node.shape], dtype: node.dtype };
      return [name, engine().makeTensorFromTensorInfo(info, this)];
    });
    // What was looked at in another shape on the way has no tensor whose end would count it off.
    for (const { holders, state } of made)
      if (holders === 0 && state.kind === 'stored') this.#retire(state.store);
    return Object.fromEntries(tensors);
  }

  #recorded<Outputs extends Readonly<Record<string, Tensor>>>(
    { compute }: Computation<Outputs>,
    nodes: readonly GraphNode[],
  ): { readonly outputs: Outputs; readonly made: Recording } {
    const recorder = startRecording(nodes);
    this.#recorder = recorder;
    try {
      const outputs = tidy(compute as () => Record<string, Tensor>) as Outputs;
      const named = Object.entries(outputs).map(([name, { dataId }]) => [name, nodeOf(dataId)] as const);
      return { outputs, made: recorder.finish(named) };
    } finally {
      this.#recorder = undefined;
    }
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): object {
    const layout = dtype === 'float32' && values instanceof Float32Array ? uploadLayout(shape) : undefined;
    const laid = layout ? inImageLayout(values as Values, shape as ImageShape) : copied(values, dtype);
    const node = storedNode(laid, { shape, dtype: dtype as Dtype }, layout);
    if (this.#recorder && isStored(node)) {
      this.#recorder.takeConstant(node);
      node.state.store.isShared = true;
    }
    return this.hold(node);
  }

  override move(): void {
    throw new Error('Tensors of another engine cannot be used here: read their values and upload them.');
  }

  /** Values in logical order. Lets the process answer messages before going on. */
  override async read(dataId: object): Promise<BackendValues> {
    const values = this.readSync(dataId);
    await setImmediate();
    return values;
  }

  override readSync(dataId: object): BackendValues {
    const node = nodeOf(dataId);
    if (node.state.kind === 'pending') this.settle();
    if (node.state.kind === 'lost') throw new Error(node.state.reason);
    if (!isStored(node)) throw new Error('Expected a tensor that is held to have been computed.');
    const { store, layout } = node.state;
    const held = this.#programs.read(node);
    const values = inLogicalOrder(held, node.shape, layout);
    if (store.contents.kind === 'memory' && values === held) store.isShared = true;
    return values;
  }

  /** The barrier: computes all pending nodes that a tensor holds. */
  settle(): void {
    if (this.#recorder?.isEmpty === false)
      throw new Error('A repeated computation may not read values while it is being recorded.');
    const pending = this.#graph.takePending();
    this.#compute(planPending(pending));
    this.#giveBackRetired();
  }

  #compute(plan: Plan): void {
    if (plan.roots.length === 0) return;
    try {
      const computed = this.#programs.run(plan);
      for (const [i, root] of plan.roots.entries()) {
        const { contents, layout } = computed[i]!;
        (root as GraphNode).state = stored(contents, layout);
      }
    } catch (error) {
      const reason = describeFailure(plan, error);
      for (const node of plan.nodes) (node as GraphNode).state = { kind: 'lost', reason };
      throw new Error(reason, { cause: error });
    }
  }

  /** From now on programs may carry this tensor's values inside. */
  freeze(dataId: object): void {
    const node = nodeOf(dataId);
    if (node.state.kind === 'pending') this.settle();
    if (!isStored(node)) throw new Error('Only a tensor that can be computed can be frozen.');
    this.#frozenCount += 1;
    this.#bringToMemory(node);
    node.state.store.frozen ??= { id: this.#frozenCount, holder: node };
  }

  /** Programs carry values that lie in memory. */
  #bringToMemory(node: StoredNode): void {
    const { store } = node.state;
    if (store.contents.kind === 'memory') return;
    const values = this.#programs.read(node);
    giveBack(store);
    store.contents = { kind: 'memory', values };
  }

  override disposeData(dataId: object, force = false): boolean {
    const node = nodeOf(dataId);
    node.holders = force ? 0 : node.holders - 1;
    if (node.holders > 0) return false;
    this.#held -= 1;
    if (isStored(node)) this.#retire(node.state.store);
    if (isStored(node) && node.state.store.frozen?.holder === node)
      this.#programs.forget(node.state.store.frozen.id);
    return true;
  }

  /** Memory that no tensor looks at any more may still be an input of what is pending. */
  #retire(store: Store): void {
    store.viewers -= 1;
    if (store.viewers > 0 || store.isShared) return;
    if (this.#graph.pending.length === 0) giveBack(store);
    else this.#retired.push(store);
  }

  #giveBackRetired(): void {
    for (const store of this.#retired) giveBack(store);
    this.#retired = [];
  }

  /** Counts a tensor that now holds this node. */
  hold(node: GraphNode): object {
    if (node.holders === 0) this.#held += 1;
    node.holders += 1;
    return node;
  }

  override incRef(dataId: object): void {
    nodeOf(dataId).holders += 1;
  }

  override refCount(dataId: object): number {
    return nodeOf(dataId).holders;
  }

  override numDataIds(): number {
    return this.#held;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return false;
  }

  get choices(): EngineChoices | undefined {
    return this.#programs.choices;
  }

  /** How many compiled programs there are at present. */
  get programCount(): number {
    return this.#programs.count;
  }

  override dispose(): void {
    this.#graph.takePending();
    this.#programs.dispose();
  }
}

/** Of one network or optimizer; where a number in their names ramps, the first ones are of no more use. */
const mostRecordings = 64;

/** Steps of an attack are programs of their own: many in one would only take longer to compile. */
function isGradient({ state }: GraphNode): boolean {
  return state.kind === 'pending' && state.operation.kind === 'convolution-input-gradient';
}

type ImageShape = [number, number, number, number];

/** Later changes of the caller's array must not reach a tensor. */
function copied(values: BackendValues, dtype: DataType): Values {
  switch (dtype) {
    case 'float32':
      return new Float32Array(values as Float32Array);
    case 'int32':
      return new Int32Array(values as Int32Array);
    case 'bool':
      return new Uint8Array(values as Uint8Array);
    case 'complex64':
    case 'string':
      throw new Error(`The onnx engine holds float32, int32 and bool tensors, got ${dtype}.`);
  }
}

function describeFailure({ nodes }: Plan, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const values = nodes.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const kinds = [...new Set(nodes.map(({ state }) => state.operation.kind))].join(', ');
  return `The onnx engine could not compute ${nodes.length} pending operations (${kinds}; ${values} values): ${message}`;
}
