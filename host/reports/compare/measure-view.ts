import type { MeasureView } from '#contract/compare.ts';
import { ballOf, kindOf, titleOf } from '../study/question-words.ts';
import type { Question } from '../study/compared-runs.ts';

export function measureView(question: Question): MeasureView {
  const { id, threat, worst } = question;
  const ball = ballOf(question);
  return {
    id,
    kind: kindOf(question),
    title: titleOf(question),
    threat,
    norm: ball?.norm,
    epsilon: ball?.epsilon,
    worstOf: worst?.attacks ?? [],
  };
}
