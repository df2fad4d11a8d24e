import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stageStates } from '#contract/run.ts';
import { stageKinds } from '#contract/stage.ts';
import { assignStages, isReady, type WaitingStage } from './assign-stages.ts';

const keys = fc.integer({ min: 0, max: 12 }).map((index) => `stage-${index}`);
const waiting: fc.Arbitrary<WaitingStage> = fc.record({
  key: keys,
  kind: fc.constantFrom(...stageKinds),
  state: fc.constantFrom('queued' as const, ...stageStates),
  priority: fc.integer({ min: -2, max: 2 }),
  queuedAt: fc.integer({ min: 0, max: 5 }),
  inputs: fc.array(fc.record({ key: keys, state: fc.constantFrom('done' as const, ...stageStates) }), {
    maxLength: 2,
  }),
});
const slotNames = fc.array(
  fc.integer({ min: 0, max: 6 }).map((index) => `cpu:${index}`),
  { maxLength: 8 },
);
const situation = fc.tuple(fc.array(waiting, { maxLength: 20 }), slotNames);

const stage = (key: string, fields: Partial<WaitingStage> = {}): WaitingStage => ({
  key,
  kind: 'pretrain',
  state: 'queued',
  priority: 0,
  queuedAt: 0,
  inputs: [],
  ...fields,
});
const order = (stages: readonly WaitingStage[]): string[] =>
  assignStages(
    stages,
    stages.map((_, index) => `slot ${index}`),
  ).map((assignment) => assignment.stage.key);

describe('assignStages', () => {
  it('gives no stage to two slots and no slot two stages', () => {
    fc.assert(
      fc.property(situation, ([stages, slots]) => {
        const assignments = assignStages(stages, slots);
        expect(new Set(assignments.map(({ stage }) => stage.key)).size).toBe(assignments.length);
        expect(new Set(assignments.map(({ slot }) => slot)).size).toBe(assignments.length);
      }),
    );
  });

  it('takes only queued and interrupted stages whose inputs are all done', () => {
    fc.assert(
      fc.property(situation, ([stages, slots]) => {
        for (const { stage } of assignStages(stages, slots)) {
          expect(['queued', 'interrupted']).toContain(stage.state);
          expect(stage.inputs.map((input) => input.state)).toEqual(stage.inputs.map(() => 'done'));
        }
      }),
    );
  });

  it('uses only slots that were said to be free', () => {
    fc.assert(
      fc.property(situation, ([stages, slots]) => {
        for (const { slot } of assignStages(stages, slots)) expect(slots).toContain(slot);
      }),
    );
  });

  it('leaves no slot free while a stage is ready', () => {
    fc.assert(
      fc.property(situation, ([stages, slots]) => {
        const ready = new Set(stages.filter(isReady).map((stage) => stage.key)).size;
        expect(assignStages(stages, slots)).toHaveLength(Math.min(ready, new Set(slots).size));
      }),
    );
  });

  it('never passes over a ready stage for one of lower priority', () => {
    fc.assert(
      fc.property(situation, ([stages, slots]) => {
        const distinct = [...new Map(stages.filter(isReady).map((each) => [each.key, each])).values()];
        const chosen = assignStages(distinct, slots).map((assignment) => assignment.stage);
        const passedOver = distinct.filter((candidate) => !chosen.includes(candidate));
        for (const candidate of passedOver)
          expect(candidate.priority).toBeLessThanOrEqual(Math.min(...chosen.map((each) => each.priority)));
      }),
    );
  });

  it('lets priority go before age, age before breadth, and breadth before the given order', () => {
    expect(
      order([
        stage('late evaluation', { kind: 'evaluate', queuedAt: 2 }),
        stage('late pretraining', { queuedAt: 2 }),
        stage('late second pretraining', { queuedAt: 2 }),
        stage('early evaluation', { kind: 'evaluate', queuedAt: 1 }),
        stage('urgent', { queuedAt: 3, priority: 1 }),
      ]),
    ).toEqual([
      'urgent',
      'early evaluation',
      'late pretraining',
      'late second pretraining',
      'late evaluation',
    ]);
  });
});
