"""Redoubt's networks in PyTorch: a graph as bench/ sends it, weights from a safetensors file under PyTorch's names."""
import json
import struct
from collections import Counter
from functools import reduce

import numpy as np
import torch
from torch import nn


class Graph(nn.Module):
    """Runs the nodes of a network graph in order; the last one gives the logits."""

    def __init__(self, graph):
        super().__init__()
        self.parts = nn.ModuleDict()
        self.steps = []
        shapes = {}
        readers = Counter(source for node in graph["nodes"] for source in sources_of(node))
        for node in graph["nodes"]:
            if node["kind"] == "input":
                height, width, channels = graph["inputShape"]
                shapes[node["id"]] = (channels, height, width)
                continue
            sources = sources_of(node)
            inputs = [shapes[source] for source in sources]
            alone = all(readers[source] == 1 for source in sources)
            part, shapes[node["id"]] = make_part(node, inputs, alone)
            key = node["id"].replace(".", "/")
            if part is not None:
                self.parts[key] = part
            self.steps.append((node["kind"], node["id"], sources, key))
        self.first, self.last = graph["nodes"][0]["id"], graph["nodes"][-1]["id"]

    def forward(self, images):
        values = {self.first: images}
        for kind, identity, sources, key in self.steps:
            if kind == "add":
                values[identity] = reduce(torch.add, [values[source] for source in sources])
            elif kind == "concat":
                values[identity] = torch.cat([values[source] for source in sources], 1)
            else:
                values[identity] = self.parts[key](values[sources[0]])
        return values[self.last]

    def load(self, arrays):
        with torch.no_grad():
            for key, part in self.parts.items():
                for name, target in part.state_dict().items():
                    if name != "num_batches_tracked":
                        target.copy_(arrays[f"{key.replace('/', '.')}.{name}"])
        return self


def sources_of(node):
    if node["kind"] == "input":
        return []
    return node["inputs"] if "inputs" in node else [node["input"]]


def make_part(node, inputs, alone):
    """A node's module and the shape after it. A ReLU that alone reads its input works in place, as people write it."""
    shape = inputs[0]
    match node["kind"]:
        case "conv":
            kernel, stride, padding = node["kernel"], node["stride"], node["padding"]
            part = nn.Conv2d(shape[0], node["filters"], kernel, stride, padding, bias=node.get("bias", True))
            sizes = [(size + 2 * padding - kernel) // stride + 1 for size in shape[1:]]
            return part, (node["filters"], *sizes)
        case "dense":
            return nn.Linear(shape[0], node["units"]), (node["units"],)
        case "relu":
            return nn.ReLU(inplace=alone), shape
        case "flatten":
            return nn.Flatten(), (int(np.prod(shape)),)
        case "batch-norm":
            return (nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d)(shape[0]), shape
        case "max-pool" | "average-pool":
            make = nn.MaxPool2d if node["kind"] == "max-pool" else nn.AvgPool2d
            window, stride = node["window"], node["stride"]
            sizes = [(size - w) // s + 1 for size, w, s in zip(shape[1:], window, stride)]
            return make(tuple(window), tuple(stride)), (shape[0], *sizes)
        case "dropout":
            return nn.Dropout(node["rate"]), shape
        case "add":
            return None, shape
        case "concat":
            return None, (sum(each[0] for each in inputs), *shape[1:])
        case kind:
            raise ValueError(f"The peer knows no node of kind {kind}.")


def load_network(request):
    return Graph(request["graph"]).load(dict(read_safetensors(request["weights"])))


def read_safetensors(path):
    data = open(path, "rb").read()
    (size,) = struct.unpack("<Q", data[:8])
    for name, entry in json.loads(data[8 : 8 + size]).items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = entry["data_offsets"]
            values = np.frombuffer(data[8 + size + start : 8 + size + end], np.float32).copy()
            yield name, torch.from_numpy(values).reshape(entry["shape"])


def load_records(path, count, first=0):
    """Images and labels of a file of CIFAR-10 records: a label byte and 3 x 32 x 32 bytes each."""
    records = np.fromfile(path, np.uint8, count * 3073, offset=first * 3073).reshape(-1, 3073)
    labels = torch.from_numpy(records[:, 0].astype(np.int64))
    return torch.from_numpy(records[:, 1:].astype(np.float32) / 255).reshape(-1, 3, 32, 32), labels
