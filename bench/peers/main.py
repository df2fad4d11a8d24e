"""PyTorch as bench/ measures it: one JSON request per line in, one JSON answer per line out.

python main.py <threads> <eager|compile>
"""
import json
import sys
import time

import torch

import certify
import scores
import steps
from network import load_network

TASKS = {
    "checkLogits": steps.check_logits,
    "forward": steps.forward,
    "pgdStep": steps.pgd_steps,
    "trainingStep": steps.training_step,
    "adversarialEpoch": steps.adversarial_epoch,
    "attackEvaluation": steps.attack_evaluation,
    "judge": steps.judge,
    "learnedScoresEpoch": scores.learned_scores_epoch,
    "intervalBounds": certify.interval_bounds,
    "crownBounds": certify.crown_bounds,
    "crownFullBounds": certify.crown_bounds,
}


def prepare(request, mode):
    network = load_network(request)
    if mode == "compile":
        network = torch.compile(network, dynamic=False)
    return TASKS[request["measure"]](network, request)


def explain_failure_to_compile():
    """None where torch.compile works: it needs a C++ compiler."""
    try:
        torch.compile(lambda x: x.sin() + 1)(torch.ones(4))
    except Exception as error:
        return f"torch.compile does not work here: {str(error).strip().splitlines()[0]}"
    return None


def main():
    threads, mode = int(sys.argv[1]), sys.argv[2]
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    ready = {"ready": f"PyTorch {torch.__version__} {mode}"}
    if mode == "compile":
        torch._dynamo.config.recompile_limit = 64
        ready["unavailable"] = explain_failure_to_compile()
    print(json.dumps(ready), flush=True)
    prepared = {}
    for line in sys.stdin:
        if line not in prepared:
            prepared[line] = prepare(json.loads(line), mode)
        start = time.perf_counter()
        details = prepared[line]()
        ms = (time.perf_counter() - start) * 1000
        print(json.dumps({"ms": ms, **(details if isinstance(details, dict) else {})}), flush=True)


main()
