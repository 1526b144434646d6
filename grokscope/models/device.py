"""Device: where networks are trained and analysed."""

import torch

from grokscope.errors import NoDevice


def choose(name: str) -> torch.device:
    """Return the device called `name`; "auto" is CUDA where there is one, else the CPU.

    Raises
    ------
    NoDevice
        If this machine, or this build of torch, does not have it.
    """
    cuda = torch.cuda.is_available()
    if name == "auto":
        # with its number, without which torch makes no device the one in use
        return torch.device("cuda", 0) if cuda else torch.device("cpu")
    if name == "cpu":
        return torch.device("cpu")
    if name == "cuda" or name.removeprefix("cuda:").isdigit():
        index = int(name.partition(":")[2] or 0)
        if cuda and index < torch.cuda.device_count():
            return torch.device("cuda", index)
        found = f"{torch.cuda.device_count()} CUDA devices" if cuda else "no CUDA device"
        raise NoDevice(f"device {name!r} asked for, found {found}; accepted: auto, cpu")
    raise NoDevice(f"no device named {name!r}; accepted: auto, cpu, cuda, cuda:0, cuda:1, ...")
