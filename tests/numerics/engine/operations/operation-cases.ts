import { alongAxes } from './reductions.ts';
import { convolutions } from './convolutions.ts';
import { elementwise } from './elementwise.ts';
import { inBlocks } from './in-blocks.ts';
import { matrixProducts } from './matrix-products.ts';
import type { OperationCase } from './operation-case.ts';
import { pools } from './pools.ts';
import { rearrangements } from './rearrangements.ts';

/** Every operation that an engine other than plain JavaScript is held to. */
export const operationCases: readonly OperationCase[] = [
  ...elementwise,
  ...alongAxes,
  ...rearrangements,
  ...matrixProducts,
  ...convolutions,
  ...inBlocks,
  ...pools,
];
