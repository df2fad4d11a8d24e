import { findInstallation } from '#host/engines/user-engines.ts';

/** Whether this person installed the tensorflow engine; tests never fetch it. */
const isTensorflowHere = findInstallation().kind === 'installed';

/** Engines that batteries run on: those of Redoubt, and tensorflow where it was installed. */
export const batteryEngines = [
  'onnx',
  'wasm',
  ...(isTensorflowHere ? (['tensorflow'] as const) : []),
] as const;

/** Says in a skipped test's name why it did not run. */
export const tensorflowAbsence = isTensorflowHere
  ? undefined
  : 'skipped: "redoubt engines install tensorflow" was not run here';
