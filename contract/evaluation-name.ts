import { attackName } from './attack.ts';
import { certificateName } from './certificate.ts';
import { openWorldName } from './open-world.ts';
import type { RecipeOf } from './stage.ts';

/** Short name of an evaluation within a run: `clean`, or that of its attack, certificate or open-world measurement. */
export function evaluationName(evaluation: RecipeOf<'evaluate'>['evaluation']): string {
  switch (evaluation.kind) {
    case 'clean':
      return 'clean';
    case 'attack':
      return attackName(evaluation.attack);
    case 'certificate':
      return certificateName(evaluation.certificate);
    case 'open-world':
      return openWorldName(evaluation.openWorld);
  }
}
