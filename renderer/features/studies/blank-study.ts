/** What a study that starts from nothing starts from: every section once, nothing varied. */
export const blankStudy = `name: Untitled study
description: ''
seeds: [0]

dataset: glyphs
network: cnn-small

pretrain:
  objective: natural
  epochs: 3

prune:
  kind: magnitude
  density: [1, 0.1]

finetune:
  objective: matched
  epochs: 1

evaluate:
  examples: 500
  attacks:
    - kind: pgd
      epsilon: 8/255
      steps: 20
`;
