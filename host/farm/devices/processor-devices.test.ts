import { describe, expect, it } from 'vitest';
import { countPhysicalCores } from './physical-cores.ts';
import { processorDevices, type NativeEngines } from './processor-devices.ts';

const loads = { kind: 'loads' } as const;
const fails = { kind: 'fails', reason: 'The native library does not load: wrong processor.' } as const;
const computes = { kind: 'computes', cuda: false } as const;
const absent = { kind: 'unavailable', reason: 'It is not installed.', remedy: 'Install it.' } as const;

const plain: NativeEngines = { library: loads, tensorflow: absent };
const all: NativeEngines = { library: loads, tensorflow: computes };

describe('processorDevices', () => {
  it('computes with onnx unless told otherwise, also where tensorflow is installed', () => {
    expect(processorDevices({}, all)[0]).toMatchObject({ id: 'cpu', engine: 'onnx' });
  });

  it('computes with the engine that was chosen and can go on with what the others began', () => {
    expect(processorDevices({ engine: 'tensorflow' }, all)).toMatchObject([
      { engine: 'tensorflow', otherEngines: ['onnx', 'wasm'] },
    ]);
    expect(processorDevices({ engine: 'wasm' }, plain)[0]).toMatchObject({
      engine: 'wasm',
      otherEngines: ['onnx'],
    });
  });

  it('steps down to onnx where tensorflow is not installed, and says why', () => {
    expect(processorDevices({ engine: 'tensorflow' }, plain)).toMatchObject([
      { id: 'cpu', engine: 'onnx', otherEngines: ['wasm'], availability: { kind: 'available' } },
      { id: 'cpu-tensorflow', engine: 'tensorflow', availability: absent },
    ]);
  });

  it('steps down from onnx to WebAssembly, and not to an engine that nobody chose', () => {
    const [processor, onnx] = processorDevices({}, { library: fails, tensorflow: computes });
    expect(processor).toMatchObject({ engine: 'wasm', otherEngines: ['tensorflow'] });
    expect(onnx).toMatchObject({ id: 'cpu-onnx', availability: { reason: fails.reason } });
  });

  it('gives tensorflow the threads that were asked for, and no more slots than cores', () => {
    const threads = countPhysicalCores();
    const [processor] = processorDevices({ engine: 'tensorflow', threads }, all);
    expect(processor).toMatchObject({ slots: 1, threads });
  });
});
