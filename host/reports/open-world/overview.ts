import type { ComparedGroup } from '#contract/compare.ts';
import { describeOpenWorld } from '#contract/open-world.ts';
import type { OpenWorldAttack, OpenWorldOverview } from '#contract/open-world-views.ts';
import { detectorName } from '#contract/detector.ts';
import type { Group } from '../study/compared-runs.ts';
import {
  attacksOf,
  epsilonsOf,
  settingsOfAttack,
  sourcesOf,
  unperturbed,
  type OpenWorldGroup,
} from './read-open-world-runs.ts';

/** `describeGroup` is how every comparison names a group. */
export function openWorldOverview(
  groups: readonly OpenWorldGroup[],
  describeGroup: (group: Group) => ComparedGroup,
): OpenWorldOverview {
  const attacks = attacksOf(groups).map((id) => attackView(groups, id));
  const asked = groups.flatMap((each) => each.asked);
  return {
    groups: groups.map(({ group }) => describeGroup(group)),
    sources: sourcesOf(groups),
    attacks,
    detectors: [...new Set(asked.flatMap(({ detectors }) => detectors.map(detectorName)))],
    acceptance: [...new Set(asked.map(({ acceptance }) => acceptance))],
    headline: headlineOf(groups),
  };
}

/** Where one number must stand for a sweep: the first attack, at its largest radius. */
export function headlineOf(groups: readonly OpenWorldGroup[]): OpenWorldOverview['headline'] {
  const [attack] = attacksOf(groups);
  return attack === undefined ? undefined : { attack, epsilon: epsilonsOf(groups, attack).at(-1) ?? 0 };
}

function attackView(groups: readonly OpenWorldGroup[], id: string): OpenWorldAttack {
  const [setting] = settingsOfAttack(groups, id).toSorted((left, right) => right.epsilon - left.epsilon);
  const [detector] = setting?.adaptTo === 'detector' ? setting.detectors : [];
  return {
    id,
    threat:
      setting === undefined || id === unperturbed ? 'Nothing is perturbed.' : describeOpenWorld(setting),
    norm: setting?.norm ?? 'linf',
    epsilons: epsilonsOf(groups, id),
    adaptedTo: detector && detectorName(detector),
  };
}
