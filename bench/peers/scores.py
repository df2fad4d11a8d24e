"""Learned scores in PyTorch, as HYDRA's own code has them (Sehwag et al. 2020): a straight-through choice by sorting."""
import math

import torch
from torch import nn
from torch.nn.utils import parametrize

from network import load_records
from steps import train_on


class Choice(torch.autograd.Function):
    @staticmethod
    def forward(context, scores, density):
        order = scores.flatten().argsort()
        mask = torch.ones_like(scores)
        mask.view(-1)[order[: scores.numel() - round(density * scores.numel())]] = 0
        return mask

    @staticmethod
    def backward(context, slope):
        return slope, None


class Masked(nn.Module):
    def __init__(self, weight, density):
        super().__init__()
        largest = weight.abs().max()
        fan_in = weight[0].numel()
        self.scores = nn.Parameter(math.sqrt(6 / fan_in) * weight.detach() / largest)
        self.density = density

    def forward(self, weight):
        return weight * Choice.apply(self.scores.abs(), self.density)


def learned_scores_epoch(network, request):
    network.train().requires_grad_(False)
    for part in list(network.parts.values()):
        if isinstance(part, (nn.Conv2d, nn.Linear)):
            parametrize.register_parametrization(part, "weight", Masked(part.weight, request["density"]))
    learned = [value for name, value in network.named_parameters() if name.endswith(".scores")]
    optimizer = torch.optim.SGD(learned, lr=0.01, momentum=0.9, weight_decay=5e-4)
    batch = request["batch"]
    images, labels = load_records(request["images"], request["count"])

    def run():
        losses = [
            train_on(network, optimizer, images[part], labels[part])
            for part in torch.arange(len(images)).split(batch)
        ]
        return {"loss": sum(losses) / len(losses)}

    return run
