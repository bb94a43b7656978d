"""Blocks of one stack are told apart with deuteranopia: Delta E 2000 of 20 at least between any two that can touch."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from portfolio.show import style

# Machado, Oliveira, Fernandes (2009), "A physiologically-based model for simulation of color vision deficiency":
# deuteranopia, on linear RGB.
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
STACKS = (("new", "reactivated", "increased"), ("decreased", "lapsed", "credited"))


def lab_of(value: str) -> np.ndarray:
    """CIE Lab (D65) of ``#rrggbb`` as seen with deuteranopia."""
    channels = np.array([int(value[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    xyz = XYZ @ np.clip(DEUTERANOPIA @ linear, 0, 1) / np.array([0.95047, 1, 1.08883])
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def delta_e(one: np.ndarray, other: np.ndarray) -> float:
    """CIEDE2000, as Sharma, Wu, Dalal (2005) write it."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1 + (1 - np.sqrt(mean**7 / (mean**7 + 25**7))) / 2
    c1, c2 = np.hypot(a1 * stretch, b1), np.hypot(a2 * stretch, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a * stretch)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    hue = (h1 + turn / 2) % 360
    rotation = np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2)))
    part = 1 + sum(
        weight * np.cos(np.radians(times * hue + shift))
        for weight, times, shift in ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63))
    )
    lightness = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2))
    chromas = (c2 - c1) / (1 + 0.045 * chroma)
    hues = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * chroma * part)
    cross = -2 * np.sqrt(chroma**7 / (chroma**7 + 25**7)) * np.sin(rotation)
    return float(np.sqrt(lightness**2 + chromas**2 + hues**2 + cross * chromas * hues))


def test_delta_e_of_published_pairs():
    # Sharma, Wu, Dalal (2005), table 1, pairs 1, 7 and 25.
    for one, other, told in (
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ):
        assert delta_e(np.array(one), np.array(other)) == pytest.approx(told, abs=5e-5)


@pytest.mark.parametrize("side", ["light", "dark"])
def test_blocks_of_a_stack_are_told_apart_with_deuteranopia(side):
    for stack in STACKS:
        for one, other in itertools.combinations(stack, 2):
            seen = (lab_of(getattr(style.SEGMENTS[name], side)) for name in (one, other))
            assert delta_e(*seen) >= 20, (one, other)
