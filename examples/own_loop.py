"""Record a training loop of your own: nothing here is grokscope's but the `rec` lines.

A perceptron learns addition modulo 31 from 60 % of the table. It fits the training set within
50 steps and the rest of the table some 1,000 steps later. Afterwards `grokscope ls` shows when,
and the explorer draws it.

    python examples/own_loop.py [STEPS]
"""

import sys

import torch
from torch.nn import functional as F

from grokscope import Recorder

P, WIDTH, SEED = 31, 128, 0
STEPS = int(sys.argv[1]) if len(sys.argv) > 1 else 1500

torch.manual_seed(SEED)
torch.set_num_threads(1)
pairs = torch.cartesian_prod(torch.arange(P), torch.arange(P))
inputs = F.one_hot(pairs, P).flatten(1).float()
labels = pairs.sum(1) % P
order = torch.randperm(len(pairs))
train, test = order[: int(0.6 * len(order))], order[int(0.6 * len(order)) :]

model = torch.nn.Sequential(
    torch.nn.Linear(2 * P, WIDTH), torch.nn.ReLU(), torch.nn.Linear(WIDTH, P)
)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=1.0, betas=(0.9, 0.98))


@torch.no_grad()
def evaluate(part: torch.Tensor) -> tuple[float, float]:
    """Return loss and accuracy on the examples of `part`."""
    logits = model(inputs[part])
    loss = F.cross_entropy(logits, labels[part])
    return loss.item(), (logits.argmax(1) == labels[part]).float().mean().item()


config = {"p": P, "width": WIDTH, "optimizer": {"name": "adamw", "lr": 1e-2, "weight_decay": 1.0}}
with Recorder(
    "own-loop",
    chance=1 / P,
    n_test=len(test),
    time_unit="step",
    seed=SEED,
    config=config,
    total_epochs=STEPS,
) as rec:
    for step in range(STEPS + 1):
        if step % 5 == 0:
            train_loss, train_accuracy = evaluate(train)
            test_loss, test_accuracy = evaluate(test)
            rec.log(
                step,
                train_loss=train_loss,
                test_loss=test_loss,
                train_accuracy=train_accuracy,
                test_accuracy=test_accuracy,
            )
        if step % 100 == 0:
            rec.checkpoint(model)
            rec.probe("hidden", model[0].weight.norm(dim=1), dims=("neuron",), long_name="norm")
        optimizer.zero_grad()
        F.cross_entropy(model(inputs[train]), labels[train]).backward()
        optimizer.step()

print(f"recorded {rec.id}; look at it with: grokscope show {rec.id}")
