import { describe, expect, it } from 'vitest';
import { mainEngines } from '../with-engine.ts';
import { hurriedClock, prepareTrainings, stepCount, trainings } from './interrupted-trainings.ts';
import { artifactOf, type Interruption, type StageResult } from './stage-lab.ts';
import { withStageLab } from './with-stage-lab.ts';

const places = Array.from({ length: stepCount }, (_, after) => after);

describe.each(mainEngines)('interrupted training on %s', (kind) => {
  const lab = withStageLab(kind, prepareTrainings);

  describe.each(trainings)('$name', ({ name, recipe, ...expected }) => {
    let once: Promise<StageResult> | undefined;
    /** Executed once, for all tests that compare with it. */
    const undisturbed = (): Promise<StageResult> => (once ??= lab.run(`${name} whole`, recipe));

    const expectAlike = async (interrupted: StageResult): Promise<void> => {
      expect(artifactOf(interrupted).sha256).toBe(artifactOf(await undisturbed()).sha256);
      expect(interrupted.series).toEqual((await undisturbed()).series);
    };

    it('takes as many steps as it is asked for', async () => {
      const { series } = await undisturbed();
      expect(series.get('train.loss')).toHaveLength(stepCount);
      const validations = 'validations' in expected ? expected.validations : 3;
      expect(series.get('validation.clean')).toHaveLength(validations);
    });

    it.each(places)('ends with the same bits and curves when stopped after %i steps', async (after) => {
      const stopped = await lab.run(`${name} ${after}`, recipe, { interruptions: [{ kind: 'stop', after }] });
      expect(stopped.attemptCount).toBe(2);
      await expectAlike(stopped);
    });

    it('ends with the same bits and curves after a stop at every single step', async () => {
      const stop: Interruption = { kind: 'stop', after: 1 };
      const stopped = await lab.run(`${name} often`, recipe, {
        interruptions: Array.from({ length: stepCount - 1 }, () => stop),
      });
      expect(stopped.attemptCount).toBe(stepCount);
      await expectAlike(stopped);
    });

    it('ends with the same bits and curves after crashes between checkpoints', async () => {
      const crashed = await lab.run(`${name} crashed`, recipe, {
        now: hurriedClock(),
        interruptions: [
          { kind: 'crash', after: 4 },
          { kind: 'crash', after: 0 },
          { kind: 'stop', after: 2 },
          { kind: 'crash', after: 1 },
        ],
      });
      expect(crashed.attemptCount).toBe(5);
      await expectAlike(crashed);
    });
  });
});
