"""Measures PyTorch on the cases of bench/engine: one JSON request per line in, one JSON answer per line out."""
import json
import struct
import sys
import time

import numpy as np
import torch
from torch import nn


def build(layers, weights_path):
    parts = []
    for layer in layers:
        if layer["kind"] == "conv":
            parts.append(nn.Conv2d(layer["inputs"], layer["outputs"], layer["kernel"], layer["stride"], layer["padding"]))
        elif layer["kind"] == "dense":
            parts.append(nn.Linear(layer["inputs"], layer["outputs"]))
        elif layer["kind"] == "relu":
            parts.append(nn.ReLU())
        elif layer["kind"] == "flatten":
            parts.append(nn.Flatten())
    network = nn.Sequential(*parts)
    if weights_path:
        arrays = list(read_safetensors(weights_path))
        with torch.no_grad():
            for parameter, values in zip(network.parameters(), arrays, strict=True):
                parameter.copy_(values.reshape(parameter.shape))
    return network


def read_safetensors(path):
    """The arrays in the order in which the file lists them."""
    data = open(path, "rb").read()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            yield torch.from_numpy(np.frombuffer(data[8 + size + start : 8 + size + end], np.float32).copy())


def made_batch(batch):
    generator = torch.Generator().manual_seed(1)
    images = torch.rand(batch, 3, 32, 32, generator=generator)
    return images, torch.arange(batch) % 10


def forward(network, batch):
    network.eval()
    images, _ = made_batch(batch)

    def run():
        with torch.no_grad():
            network(images)

    return run


def pgd_steps(network, batch, steps=5):
    network.eval()
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    images, labels = made_batch(batch)

    def run():
        points = images.clone()
        for _ in range(steps):
            points.requires_grad_(True)
            loss = nn.functional.cross_entropy(network(points), labels, reduction="sum")
            (slope,) = torch.autograd.grad(loss, points)
            with torch.no_grad():
                moved = points + 2 / 255 * slope.sign()
                points = (images + (moved - images).clamp(-8 / 255, 8 / 255)).clamp(0, 1)

    return run


def training_step(network, batch):
    network.train()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    images, labels = made_batch(batch)

    def run():
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(images), labels)
        loss.backward()
        optimizer.step()
        loss.item()

    return run


def attack_evaluation(network, batch, images_path, count):
    import torchattacks

    network.eval()
    records = np.frombuffer(open(images_path, "rb").read(), np.uint8).reshape(-1, 3073)[:count]
    labels = torch.from_numpy(records[:, 0].astype(np.int64))
    images = torch.from_numpy(records[:, 1:].astype(np.float32) / 255).reshape(-1, 3, 32, 32)
    attack = torchattacks.PGD(network, eps=8 / 255, alpha=0.8 / 255, steps=50, random_start=False)
    result = {}

    def run():
        correct = 0
        for start in range(0, count, batch):
            part, truth = images[start : start + batch], labels[start : start + batch]
            adversarial = attack(part, truth)
            with torch.no_grad():
                correct += (network(adversarial).argmax(1) == truth).sum().item()
        result["attackedAccuracy"] = correct / count

    return run, result


def prepare(request):
    network = build(request["layers"], request.get("weights"))
    if request.get("compile"):
        network = torch.compile(network)
    batch = request["batch"]
    match request["measure"]:
        case "forward":
            return forward(network, batch), {}
        case "pgdStep":
            return pgd_steps(network, batch), {}
        case "trainingStep":
            return training_step(network, batch), {}
        case "attackEvaluation":
            return attack_evaluation(network, batch, request["images"], request["count"])


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(0)
    prepared = {}
    print(json.dumps({"ready": f"PyTorch {torch.__version__}"}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        key = json.dumps(request, sort_keys=True)
        if key not in prepared:
            prepared[key] = prepare(request)
            if request["measure"] != "attackEvaluation":
                for _ in range(2):
                    prepared[key][0]()
        run, result = prepared[key]
        start = time.perf_counter()
        run()
        print(json.dumps({"ms": (time.perf_counter() - start) * 1000, **result}), flush=True)


main()
