"""The runs that the claims are read from."""

from grokscope.study import Group

MODADD_SCALES = {0.1: "modadd-0.1", 0.4: "modadd-0.4", 1.0: "modadd-1", 2.0: "modadd-2"}
MODADD_SCALES |= {5.0: "modadd-5", 10.0: "modadd-10"}
GROKS, LEARNS = "modadd-10", "modadd-1"
COMPRESSED, HIGH_DECAY = "modadd-25x", "modadd-10-strong"
COMPRESSIVE = ("modadd-0.1", "modadd-0.4")
STRONG = {"optimizer.weight_decay": 3e-4}

ISING_SCALES = {1.0: "ising-1", 3.0: "ising-3", 5.0: "ising-5", 10.0: "ising-10"}
ISING_GROKS, ISING_LEARNS = "ising-5", "ising-1"
ISING_GROKS_STRONGLY = "ising-10"
EPOCHS = {1.0: 22_000, 3.0: 24_000, 5.0: 30_000, 10.0: 45_000}
"""Of Ising runs: at least 20,000 beyond t_test, where features are read."""

GROUPS = [
    *(
        Group(
            name=name,
            preset="modadd-grok",
            changes={"model.init_scale": scale},
            quick=1 if name == "modadd-2" else 3,
        )
        for scale, name in MODADD_SCALES.items()
    ),
    Group(
        name=COMPRESSED,
        preset="modadd-grok",
        changes={"model.init_scale": 0.4} | STRONG,
        quick=1,
    ),
    Group(name=HIGH_DECAY, preset="modadd-grok", changes=STRONG, quick=1),
    *(
        Group(
            name=name,
            preset="ising-grok",
            changes={
                "model.init_scale": scale,
                "training.epochs": EPOCHS[scale],
                "record.dense_until": EPOCHS[scale],
            },
            quick=1 if name in (ISING_GROKS, ISING_LEARNS) else 0,
        )
        for scale, name in ISING_SCALES.items()
    ),
]
