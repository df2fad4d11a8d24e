"""Interval bounds and CROWN in plain PyTorch, for chains of convolutions, dense layers and ReLUs.

auto_LiRPA would be the peer, but its last release on PyPI (0.3) asks for torch < 1.13.
"""
import torch
from torch import nn

from network import load_records


def interval_bounds(network, request):
    """Least margins by interval arithmetic (Gowal et al. 2018), the last layer merged with the margins."""
    layers = chain_of(network)
    images, labels = load_records(request["images"], request["count"])

    def run():
        with torch.no_grad():
            margins = []
            for part in torch.arange(len(images)).split(request["batch"]):
                box = input_box(images[part], request["epsilon"])
                bounds = propagate(layers, box)
                margins.append(merged_margins(layers[-1], bounds[-2], labels[part]))
            return {"margins": torch.cat(margins).flatten().tolist()}

    return run


def crown_bounds(network, request):
    """Margins by backward linear bounds (Zhang et al. 2018) from interval or from CROWN bounds of the layers before."""
    layers = chain_of(network)
    images, labels = load_records(request["images"], request["count"])

    def run():
        with torch.no_grad():
            margins = []
            for part in torch.arange(len(images)).split(request["batch"]):
                box = input_box(images[part], request["epsilon"])
                bounds = propagate(layers, box)
                if "rows" in request:
                    bound_fully(layers, bounds, request["rows"])
                margins.append(pull_back(layers, bounds, margin_rows(labels[part]), len(layers)))
            return {"margins": torch.cat(margins).flatten().tolist()}

    return run


def chain_of(network):
    return [network.parts[key] for kind, _, _, key in network.steps]


def input_box(images, epsilon):
    return (images - epsilon).clamp(0, 1), (images + epsilon).clamp(0, 1)


def propagate(layers, box):
    """The box before every layer, and the one after the last."""
    bounds = [box]
    for layer in layers:
        lower, upper = bounds[-1]
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            center, radius = (upper + lower) / 2, (upper - lower) / 2
            middle = layer(center)
            reach = apply_weight(layer, radius, layer.weight.abs())
            bounds.append((middle - reach, middle + reach))
        elif isinstance(layer, nn.ReLU):
            bounds.append((lower.clamp(min=0), upper.clamp(min=0)))
        else:
            bounds.append((layer(lower), layer(upper)))
    return bounds


def apply_weight(layer, values, weight):
    if isinstance(layer, nn.Linear):
        return nn.functional.linear(values, weight)
    return nn.functional.conv2d(values, weight, None, layer.stride, layer.padding)


def margin_rows(labels, classes=10):
    """Functionals [examples, classes, classes]: the logit of the label less each logit."""
    unit = torch.eye(classes)
    return unit[labels][:, None, :] - unit[None]


def merged_margins(last, box, labels):
    rows = margin_rows(labels) @ last.weight
    return concretize(rows, box) + margin_rows(labels) @ last.bias


def concretize(rows, box):
    """The least value over the box of every row [examples, rows, *features]."""
    lower, upper = (side.flatten(1)[:, :, None] for side in box)
    center, radius = (upper + lower) / 2, (upper - lower) / 2
    flat = rows.flatten(2)
    return (flat @ center - flat.abs() @ radius)[:, :, 0]


def bound_fully(layers, bounds, rows_at_once):
    """Replaces, in order, the bounds before every ReLU by CROWN's; before the first one intervals are exact."""
    relus = [at for at, layer in enumerate(layers) if isinstance(layer, nn.ReLU)]
    for at in relus[1:]:
        lower, upper = bounds[at]
        shape = lower.shape[1:]
        size = shape.numel()
        parts = []
        for rows in torch.arange(size).split(rows_at_once):
            unit = nn.functional.one_hot(rows, size).float().reshape(1, len(rows), *shape)
            both = torch.cat([unit, -unit], 1).expand(len(lower), -1, *shape)
            parts.append(pull_back(layers, bounds, both, at).unflatten(1, (2, len(rows))))
        found = torch.cat(parts, 2)
        bounds[at] = found[:, 0].reshape(lower.shape), -found[:, 1].reshape(lower.shape)


def pull_back(layers, bounds, rows, end):
    """Lower bounds [examples, rows] of linear functionals of what enters layer `end`."""
    constant = 0
    for at in range(end - 1, -1, -1):
        layer = layers[at]
        if isinstance(layer, nn.Linear):
            constant = constant + rows @ layer.bias
            rows = rows @ layer.weight
        elif isinstance(layer, nn.Conv2d):
            constant = constant + rows.sum((3, 4)) @ layer.bias
            rows = pull_through_conv(layer, rows, bounds[at][0].shape[2:])
        elif isinstance(layer, nn.ReLU):
            rows, added = pull_through_relu(rows, bounds[at])
            constant = constant + added
        else:
            rows = rows.unflatten(2, bounds[at][0].shape[1:])
    return concretize(rows, bounds[0]) + constant


def pull_through_conv(layer, rows, size):
    height, width = rows.shape[3:]
    left = [
        size[axis] - ((extent - 1) * layer.stride[axis] - 2 * layer.padding[axis] + layer.kernel_size[axis])
        for axis, extent in enumerate((height, width))
    ]
    pulled = nn.functional.conv_transpose2d(
        rows.flatten(0, 1), layer.weight, None, layer.stride, layer.padding, output_padding=left
    )
    return pulled.unflatten(0, rows.shape[:2])


def pull_through_relu(rows, box):
    """The upper line through both ends; the lower slope is 1 where more than half of the interval lies above 0."""
    lower, upper = (side[:, None] for side in box)
    low, high = lower.clamp(max=0), upper.clamp(min=0)
    unstable = (lower < 0) & (upper > 0)
    slope = torch.where(unstable, high / (high - low).clamp(min=1e-30), (lower >= 0).float())
    least = torch.where(unstable, (upper > -lower).float(), (lower >= 0).float())
    offset = torch.where(unstable, -slope * low, torch.zeros(()))
    positive, negative = rows.clamp(min=0), rows.clamp(max=0)
    added = (negative * offset).flatten(2).sum(2)
    return positive * least + negative * slope, added
