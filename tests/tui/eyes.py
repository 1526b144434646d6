"""Colours as eyes see them: contrast, and distance with and without a kind of cone.

Contrast is that of WCAG 2.1 (relative luminance). Colour blindness is simulated by the matrices of
Machado, Oliveira and Fernandes (2009) at full severity, in linear light; distances are in CIELAB
(1976, D65), where about 2.3 is just noticeable.
"""

import numpy as np
from rich._palettes import STANDARD_PALETTE
from rich.color import Color, ColorSystem

SYSTEMS = {"256": ColorSystem.EIGHT_BIT, "16": ColorSystem.STANDARD}
SIGHT = {
    "full": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}  # fmt: skip
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
TO_XYZ = np.array([
    [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
])  # fmt: skip


def linear(rgb):
    share = np.asarray(rgb, np.float64) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """The ratio of luminances, 1 to 21."""
    low, high = sorted(float(LUMINANCE @ linear(rgb)) for rgb in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(light):
    share = TO_XYZ @ np.clip(light, 0, 1) / TO_XYZ.sum(1)
    x, y, z = np.where(share > (6 / 29) ** 3, np.cbrt(share), share * 841 / 108 + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one, other, sight="full"):
    """How far two colours are apart for a kind of eyes."""
    seen = (lab(np.asarray(SIGHT[sight]) @ linear(rgb)) for rgb in (one, other))
    return float(np.linalg.norm(np.subtract(*seen)))


def shown(rgb, depth):
    """A colour as a terminal of a depth shows it; the 16 are those of the VGA."""
    if depth == "truecolor":
        return tuple(rgb)
    found = Color.from_rgb(*rgb).downgrade(SYSTEMS[depth])
    return tuple(STANDARD_PALETTE[found.number] if depth == "16" else found.get_truecolor())
