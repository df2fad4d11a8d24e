"""What bench/engine measures: each function gives what is run again and again under the clock."""
import numpy as np
import torch
from torch import nn

from network import load_records


def check_logits(network, request):
    network.eval()
    images, _ = load_records(request["images"], request["batch"])

    def run():
        with torch.no_grad():
            return {"logits": network(images).flatten().tolist()}

    return run


def forward(network, request):
    network.eval()
    images, _ = load_records(request["images"], request["batch"])

    def run():
        with torch.no_grad():
            network(images)

    return run


def pgd_steps(network, request):
    network.eval().requires_grad_(False)
    images, labels = load_records(request["images"], request["batch"])
    return lambda: pgd(network, images, labels, request["attack"])


def pgd(network, images, labels, attack, random_start=False):
    epsilon, step_size = attack["epsilon"], attack["stepSize"]
    points = images.clone()
    if random_start:
        points = (points + torch.empty_like(points).uniform_(-epsilon, epsilon)).clamp(0, 1)
    for _ in range(attack["steps"]):
        points.requires_grad_(True)
        loss = nn.functional.cross_entropy(network(points), labels, reduction="sum")
        (slope,) = torch.autograd.grad(loss, points)
        with torch.no_grad():
            moved = points + step_size * slope.sign()
            points = (images + (moved - images).clamp(-epsilon, epsilon)).clamp(0, 1)
    return points


def make_optimizer(network):
    return torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)


def train_on(network, optimizer, images, labels):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(network(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


def training_step(network, request):
    network.train()
    optimizer = make_optimizer(network)
    images, labels = load_records(request["images"], request["batch"])
    return lambda: {"loss": train_on(network, optimizer, images, labels)}


def adversarial_epoch(network, request):
    """PGD on the network in evaluation, then a step of SGD at the points found."""
    optimizer = make_optimizer(network)
    batch = request["batch"]
    images, labels = load_records(request["images"], request["count"])

    def run():
        losses = []
        for start in range(0, request["count"], batch):
            part, truth = images[start : start + batch], labels[start : start + batch]
            network.eval().requires_grad_(False)
            points = pgd(network, part, truth, request["attack"], random_start=True)
            network.train().requires_grad_(True)
            losses.append(train_on(network, optimizer, points, truth))
        return {"loss": sum(losses) / len(losses)}

    return run


def attack_evaluation(network, request):
    """torchattacks attacks every image; with `correctOnly` those alone that are classified correctly to begin with."""
    import torchattacks

    network.eval()
    count, batch = request["count"], request["batch"]
    images, labels = load_records(request["images"], count)
    attack = request["attack"]
    pgd50 = torchattacks.PGD(
        network, eps=attack["epsilon"], alpha=attack["stepSize"], steps=attack["steps"], random_start=False
    )

    def predict(points):
        with torch.no_grad():
            return network(points)

    def run():
        leads = torch.full((count,), float("inf"))
        scales = torch.ones(count)
        rows = torch.arange(count)
        if request.get("correctOnly"):
            correct = [predict(images[part]).argmax(1) == labels[part] for part in rows.split(batch)]
            rows = rows[torch.cat(correct)]
        for part in rows.split(batch):
            logits = predict(pgd50(images[part], labels[part]))
            leads[part], scales[part] = leads_of(logits, labels[part]), logits.abs().amax(1)
        survived = leads < 0
        return {"survived": "".join("01"[int(each)] for each in survived), "leads": leads.tolist(), "scales": scales.tolist()}

    return run


def judge(network, request):
    """How far witnesses of the other side lie from their images, and the lead of a wrong class at each."""
    network.eval()
    images, labels = load_records(request["images"], request["count"])
    points = np.fromfile(request["witnesses"], np.float32).reshape(-1, 32, 32, 3)
    rows = torch.tensor(request["examples"])

    def run():
        chosen = torch.from_numpy(points).permute(0, 3, 1, 2)[rows].contiguous()
        with torch.no_grad():
            leads = leads_of(network(chosen), labels[rows])
        return {"leads": leads.tolist(), "distances": (chosen - images[rows]).abs().amax((1, 2, 3)).tolist()}

    return run


def leads_of(logits, labels):
    """The greatest logit of another class less that of the label. As argmax, the first of equal ones wins."""
    own = logits.gather(1, labels[:, None])[:, 0]
    others = logits.scatter(1, labels[:, None], -float("inf"))
    tied_and_first = (others.amax(1) == own) & (others.argmax(1) > labels)
    return torch.where(tied_and_first, torch.tensor(-1e-30), others.amax(1) - own)
