import { describe, expect, it } from 'vitest';
import { leased, outcomesOf, send, training } from '../../tests/fixture/stores.ts';

describe('per-example outcomes', () => {
  it('read back as they were recorded', () => {
    using context = training();
    const { store, stage } = context;
    const outcomes = outcomesOf(Array.from({ length: 1000 }, (_, index) => index));
    send(store, leased(store, stage), [{ kind: 'started' }, { kind: 'example-outcomes', outcomes }]);
    expect(store.outcomes(stage)).toEqual(outcomes);
  });

  it('may come in parts, an example that comes again replacing what was there', () => {
    using context = training();
    const { store, stage } = context;
    const again = { ...outcomesOf([2]), attackedPredictions: Uint16Array.of(9) };
    send(
      store,
      leased(store, stage),
      [{ kind: 'started' }, { kind: 'example-outcomes', outcomes: outcomesOf([2, 3]) }],
      [{ kind: 'example-outcomes', outcomes: outcomesOf([0, 1]) }],
      [{ kind: 'example-outcomes', outcomes: again }],
    );
    const expected = outcomesOf([0, 1, 2, 3]);
    expected.attackedPredictions[2] = 9;
    expect(store.outcomes(stage)).toEqual(expected);
  });

  it('keep what was proved, NaN margins included, when parts are put together', () => {
    using context = training();
    const { store, stage } = context;
    const proved = (examples: number[], statuses: readonly number[], margins: readonly number[]) => ({
      ...outcomesOf(examples),
      proofs: { statuses: Uint8Array.from(statuses), margins: Float32Array.from(margins) },
    });
    send(
      store,
      leased(store, stage),
      [{ kind: 'started' }, { kind: 'example-outcomes', outcomes: proved([1, 2], [1, 2], [0.5, -1]) }],
      [{ kind: 'example-outcomes', outcomes: proved([0], [0], [NaN]) }],
    );
    expect(store.outcomes(stage)?.proofs).toEqual({
      statuses: Uint8Array.of(0, 1, 2),
      margins: Float32Array.of(NaN, 0.5, -1),
    });
  });

  it('keep what the open world showed, by detector, and replace it when it is sent again', () => {
    using context = training();
    const { store, stage } = context;
    const shown = (score: number) => ({
      ...outcomesOf([0, 1]),
      openWorld: {
        targets: Uint16Array.of(3, 4),
        confidences: Float32Array.of(0.5, 0.25),
        scores: { energy: Float64Array.of(score, 2), msp: Float64Array.of(0.5, 0.25) },
        thresholds: { energy: 1.5, msp: 0.4 },
      },
    });
    send(
      store,
      leased(store, stage),
      [{ kind: 'started' }, { kind: 'example-outcomes', outcomes: shown(1) }],
      [{ kind: 'example-outcomes', outcomes: shown(7) }],
    );
    expect(store.outcomes(stage)).toEqual(shown(7));
  });

  it('must have one element per example in every column', () => {
    using context = training();
    const { store, stage } = context;
    const outcomes = { ...outcomesOf([0, 1]), labels: Uint16Array.of(1) };
    const attempt = leased(store, stage);
    expect(() =>
      store.recordBatch({ attempt, seq: 1, at: 1, events: [{ kind: 'example-outcomes', outcomes }] }),
    ).toThrow('one labels element per example');
    const openWorld = {
      targets: Uint16Array.of(1, 2),
      confidences: Float32Array.of(1, 1),
      scores: { msp: Float64Array.of(1) },
      thresholds: { msp: 0 },
    };
    const short = { ...outcomesOf([0, 1]), openWorld };
    expect(() =>
      store.recordBatch({ attempt, seq: 1, at: 1, events: [{ kind: 'example-outcomes', outcomes: short }] }),
    ).toThrow('one msp element per example');
  });
});
