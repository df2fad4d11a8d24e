import { pytorchHeadline } from '../measuring/case.ts';
import { runBench, type BenchResult } from '../measuring/run-bench.ts';
import { benchAdversarialEpoch } from './adversarial-epoch.ts';
import { benchAttackEvaluations } from './attack-evaluation.ts';
import type { EngineBenchOptions } from './settings.ts';
import { benchSteps } from './steps.ts';

/** The onnx engine against PyTorch. */
export const benchEngine = (options: EngineBenchOptions, say: (line: string) => void): Promise<BenchResult> =>
  runBench({ headline: pytorchHeadline, say }, async (bench) => {
    await benchSteps(bench, options);
    await benchAttackEvaluations(bench, options);
    await benchAdversarialEpoch(bench, options);
  });
