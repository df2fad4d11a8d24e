import { afterAll, beforeAll } from 'vitest';
import type { EngineKind } from '#workers/engine/engine.ts';
import { withEngine } from '../with-engine.ts';
import { openStageLab, type StageLab } from './stage-lab.ts';

/** Around the tests of a `describe`: a lab on an engine of its own, in which `prepare` was done once. */
export function withStageLab(
  kind: EngineKind,
  prepare: (lab: StageLab) => Promise<void>,
): Omit<StageLab, 'dispose'> {
  const engine = withEngine(kind);
  let lab: StageLab;
  beforeAll(async () => {
    lab = openStageLab(engine());
    await prepare(lab);
  });
  afterAll(() => {
    lab.dispose();
  });
  return {
    get engine() {
      return lab.engine;
    },
    get workspace() {
      return lab.workspace;
    },
    run: (...stage) => lab.run(...stage),
    file: (...place) => lab.file(...place),
  };
}
