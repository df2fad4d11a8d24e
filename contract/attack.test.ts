import { describe, expect, it } from 'vitest';
import { attackName, attackSchema, describeAttack } from './attack.ts';

const nameOf = (attack: object) => attackName(attackSchema.parse(attack));

describe('attackSchema', () => {
  it('takes a quarter of epsilon as step up to 10 steps, a tenth beyond', () => {
    const stepOf = (steps: number) => {
      const attack = attackSchema.parse({ kind: 'pgd', epsilon: '8/255', steps });
      return attack.kind === 'pgd' ? attack.stepSize : undefined;
    };
    expect([10, 11, 50].map(stepOf)).toEqual([8 / 255 / 4, 8 / 255 / 10, 8 / 255 / 10]);
  });

  it('keeps a step above zero in a ball of no size, so that epsilon 0 can be a control', () => {
    expect(attackSchema.parse({ kind: 'pgd', epsilon: 0 })).toMatchObject({ stepSize: 1 / 255 });
  });
});

describe('attackName', () => {
  it('is short by default and spells out what departs from it', () => {
    expect(nameOf({ kind: 'pgd', epsilon: '8/255' })).toBe('pgd-50 linf 8/255');
    expect(nameOf({ kind: 'fgsm', epsilon: 0.5, norm: 'l2' })).toBe('fgsm l2 0.5');
    expect(nameOf({ kind: 'noise', epsilon: '8/255' })).toBe('noise-10 linf 8/255');
    expect(
      nameOf({
        kind: 'pgd',
        epsilon: '8/255',
        steps: 100,
        restarts: 5,
        loss: 'margin',
        target: 3,
        randomStart: false,
        stepSize: '1/255',
      }),
    ).toBe('pgd-100 x5 margin to-3 from-center step 1/255 linf 8/255');
  });

  it('tells apart attacks that differ in any setting', () => {
    const names = [
      {},
      { steps: 10 },
      { restarts: 2 },
      { loss: 'margin' },
      { target: 0 },
      { target: 'random' },
      { randomStart: false },
      { stepSize: 0.01 },
      { norm: 'l2' },
      { epsilon: 0.1 },
    ].map((change) => nameOf({ kind: 'pgd', epsilon: '8/255', ...change }));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('describeAttack', () => {
  it('states the ball, the effort and the goal', () => {
    const words = describeAttack(attackSchema.parse({ kind: 'pgd', epsilon: '8/255', target: 2 }));
    expect(words).toContain('at most 8/255');
    expect(words).toContain('50 steps');
    expect(words).toContain('only class 2 counts');
  });
});
