import { canonicalJson } from '#contract/canonical-json.ts';
import { densityText, compressionText, percent } from './format.ts';
import { densityOfSettings } from './group-labels.ts';
import { headlineOf } from './headline.ts';
import { nameOf } from './question-words.ts';
import type { Answer, Group, Question } from './compared-runs.ts';

/** What the numbers show, in plain sentences: computed, so that they are true of whatever was found. */
export function describeFindings(groups: readonly Group[], questions: readonly Question[]): string[] {
  const headline = headlineOf(questions, groups);
  if (headline === undefined) return [];
  const answered = groups.filter((group) => group.answers.has('clean') && group.answers.has(headline.id));
  const dense = answered.filter((group) => group.isDense);
  const asked = ({ settings }: Group): number => densityOfSettings(settings);
  const sparsest = Math.min(...answered.map(asked));
  const pruned = answered.filter((group) => !group.isDense && asked(group) === sparsest);
  return [
    ...(dense.length > 0 ? [describeDense(dense, headline)] : []),
    ...(pruned.length > 0 ? [describePruned(pruned, headline)] : []),
    ...describeMismatch(pruned, headline),
  ];
}

const under = (headline: Question): string =>
  headline.worst === undefined ? headline.id : `the ${nameOf(headline)}`;

/** More groups than this are told by their range. */
const mostNamed = 4;

function describeDense(groups: readonly Group[], headline: Question): string {
  if (groups.length > mostNamed)
    return `Dense, under ${under(headline)}: ${describeRange(groups, headline)}.`;
  const parts = groups.map((group) => {
    const clean = answerOf(group, 'clean').spread.mean;
    return `${named(group)} ${percent(clean)} clean and ${percent(answerOf(group, headline.id).spread.mean)} attacked`;
  });
  return `Dense, under ${under(headline)}: ${parts.join('; ')}.`;
}

function describeRange(groups: readonly Group[], headline: Question): string {
  const clean = groups.map((group) => answerOf(group, 'clean').spread.mean);
  const attacked = groups.map((group) => answerOf(group, headline.id).spread.mean);
  const best = groups[attacked.indexOf(Math.max(...attacked))];
  const range = (values: readonly number[]): string =>
    `${(100 * Math.min(...values)).toFixed(1)} to ${percent(Math.max(...values))}`;
  return `${groups.length} kinds of runs have ${range(clean)} clean and ${range(attacked)} attacked, most with ${best?.label ?? ''}`;
}

function describePruned(groups: readonly Group[], headline: Question): string {
  const densities = groups.map(({ density }) => density);
  const ends = [...new Set([Math.min(...densities), Math.max(...densities)])];
  const start = `At density ${ends.map(densityText).join(' to ')} (${ends.map(compressionText).join(' to ')} compressed)`;
  if (groups.length > mostNamed) return `${start}: ${describeRange(groups, headline)}.`;
  const parts = groups.map((group) => {
    const attacked = answerOf(group, headline.id);
    return `${named(group)} ${percent(answerOf(group, 'clean').spread.mean)} clean and ${percent(attacked.spread.mean)} attacked${kept(attacked)}`;
  });
  return `${start}: ${parts.join('; ')}.`;
}

function kept({ retention, versusDense }: Answer): string {
  if (retention === undefined) return '';
  const noise = versusDense?.isNoise === true ? ', no difference beyond the noise' : '';
  return ` (${percent(retention.mean, 0)} of the dense network's${noise})`;
}

/** P1's first insight, tested on these runs: fine-tuning with another objective than pre-training. */
function describeMismatch(groups: readonly Group[], headline: Question): string[] {
  const adversarial = groups.filter(({ settings }) => settings['pretrain.objective'] === 'adversarial');
  const tunedNaturally = new Map(
    adversarial
      .filter(({ settings }) => finetuneOf(settings) === 'natural')
      .map((group) => [withoutTuning(group), group]),
  );
  const matched = adversarial.find(
    (group) => finetuneOf(group.settings) === 'adversarial' && tunedNaturally.has(withoutTuning(group)),
  );
  const mismatched = matched && tunedNaturally.get(withoutTuning(matched));
  if (matched === undefined || mismatched === undefined) return [];
  const [with_, without] = [answerOf(matched, headline.id), answerOf(mismatched, headline.id)];
  const apart =
    with_.proportion.low > without.proportion.high
      ? 'the objective of fine-tuning decides whether the attacked accuracy survives pruning'
      : 'these runs do not tell the two objectives of fine-tuning apart';
  return [
    `From the same adversarial pre-training, fine-tuning with the adversarial objective ends at ${percent(with_.spread.mean)} attacked accuracy, with the natural one at ${percent(without.spread.mean)}: ${apart}.`,
  ];
}

/** All but the objective of fine-tuning: two networks are compared that differ in nothing else. */
const withoutTuning = ({ settings }: Group): string =>
  canonicalJson(
    Object.fromEntries(Object.entries(settings).filter(([path]) => !/^finetune\.objective(\.|$)/.test(path))),
  );

const finetuneOf = (settings: Group['settings']): unknown =>
  settings['finetune.objective'] === 'matched'
    ? settings['pretrain.objective']
    : settings['finetune.objective'];

const named = (group: Group): string => (group.label === '' ? 'the network has' : `${group.label} has`);

function answerOf(group: Group, question: string): Answer {
  const answer = group.answers.get(question);
  if (answer === undefined) throw new Error(`Group ${group.label} has no answer to ${question}.`);
  return answer;
}
