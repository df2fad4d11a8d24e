import { describe, expect, it } from 'vitest';
import { BadInput } from '#workers/data/bad-input.ts';
import { classifyError, endsEngine } from './classify-error.ts';

const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

describe('classifyError', () => {
  it.each([
    [new BadInput('wrong shape', 'choose another network'), 'bad-input'],
    [full, 'disk-full'],
    [new RangeError('Array buffer allocation failed'), 'out-of-memory'],
    [new RangeError('WebAssembly.Memory.grow(): Cannot enlarge memory'), 'out-of-memory'],
    [new TypeError('x is not a function'), 'defect'],
    ['a thrown string', 'defect'],
  ])('names the kind of %s', (error, kind) => {
    expect(classifyError(error).kind).toBe(kind);
  });

  it('passes on what the person who wrote the error would do', () => {
    expect(classifyError(new BadInput('wrong shape', 'choose another network')).remedy).toBe(
      'choose another network',
    );
  });

  it('keeps the stack of a defect', () => {
    expect(classifyError(new TypeError('x')).detail).toContain('classify-error.test');
  });

  it('gives the engine up after a trap or when memory ran out, not after a full disk', () => {
    expect(endsEngine(new WebAssembly.RuntimeError('unreachable'))).toBe(true);
    expect(endsEngine(new RangeError('Array buffer allocation failed'))).toBe(true);
    expect(endsEngine(full)).toBe(false);
  });
});
