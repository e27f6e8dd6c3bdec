"""Soft shadowed light baked per vertex: irradiance of an environment of 40 directions with visibility, plus a key.

The directions are mirror images of each other in pairs, so that a mirrored light (environments.py) is exactly one.
"""
import numpy as np

from drawing import raster

DIRECTIONS, SHADOW_SIDE, BIAS = 40, 128, 0.011
METERED, BALANCED = 0.8, 0.6  # shares that exposure and white balance take out of the light on the face
KEY = 0.35  # share of the brightest direction's radiance that makes a highlight
WRAP = {'skin': (0.32, 0.2, 0.14), 'face': (0.32, 0.2, 0.14), 'shade': (0.32, 0.2, 0.14),
        'hair': (0.6, 0.6, 0.6), 'cap': (0.6, 0.6, 0.6), 'beard': (0.6, 0.6, 0.6)}
# WRAP: light that reaches round the terminator, per channel
# Hair shades itself softly: light comes in this deep, and this share of it through.
DEPTH, LEAK = {'hair': 0.02, 'beard': 0.01}, {'hair': 0.15, 'cap': 0.15, 'beard': 0.3, 'shade': 0.3}
FLAT = {'eyes': 0.55, 'teeth': 0.35, 'tongue': 0.15}  # share of unshadowed ambient light inside eye and mouth


def sphere(n):
    """n unit directions, evenly spread (Fibonacci)."""
    i = np.arange(n) + 0.5
    polar, turn = np.arccos(1 - 2 * i / n), np.pi * (1 + 5 ** 0.5) * i
    return np.stack([np.cos(turn) * np.sin(polar), np.cos(polar), np.sin(turn) * np.sin(polar)], 1)


def _around():
    half = sphere(DIRECTIONS)[:, [1, 0, 2]]
    half = half[half[:, 0] > 0]
    return np.concatenate([half, half * [-1, 1, 1]]).astype(np.float32)


AROUND = _around()  # (40,3) unit directions
MIRROR = np.roll(np.arange(DIRECTIONS), DIRECTIONS // 2)  # index of each direction's mirror image


def describe(mean, modes, x):
    """Radiance (D,3) of the light `x` (L,), and the direction and colour of its brightest part, for highlights."""
    radiance = np.exp(np.clip(mean + np.tensordot(np.clip(x, -2.5, 2.5), modes, 1), -5, 3)).astype(np.float32)
    level = radiance.mean(1)
    facing = np.maximum(AROUND[:, 2] + 0.3, 0)
    front = radiance.T @ facing / facing.sum()
    metered = float(front.mean()) ** METERED  # the camera's automatic exposure
    cast = (front / front.mean()) ** BALANCED  # and its white balance
    radiance, level = radiance / (metered * cast), level / metered
    share = (level * facing) ** 4
    share /= share.sum()
    key = share @ AROUND
    return {'radiance': radiance, 'key': key / np.linalg.norm(key), 'keyColour': (share @ radiance) * KEY}


def bake(meshes, light):
    """Adds 'irradiance' (P,3) and 'key' (P,), the key light's visibility, to every mesh of the head."""
    directions = np.concatenate([AROUND, [light['key']]]).astype(np.float32)
    occluders, triangles, first = [], [], 0
    for mesh in meshes:
        if mesh['material'] in ('skin', 'face', 'shirt', 'hair', 'teeth', 'frame'):
            keep = mesh['tri']
            if mesh['material'] == 'shirt':
                keep = keep[(mesh['uv'][keep, 0] > 0).all(1)]
            occluders.append(mesh['P'])
            triangles.append(keep + first)
            first += len(mesh['P'])
    N = np.concatenate([mesh['N'] for mesh in meshes])
    P = np.concatenate([mesh['P'] + DEPTH.get(mesh['material'], 0) * mesh['N'] for mesh in meshes]).astype(np.float32)
    seen = raster.visibility(np.concatenate(occluders), np.concatenate(triangles), P, N, directions, SHADOW_SIDE, BIAS)
    radiance = light['radiance']
    cosine, ambient, first = N @ AROUND.T, radiance.mean(0), 0
    for mesh in meshes:
        here = slice(first, first + len(mesh['P']))
        leak = LEAK.get(mesh['material'], 0)
        wrap, flat = WRAP.get(mesh['material'], (0.1, 0.1, 0.1)), FLAT.get(mesh['material'], 0)
        out, factor = np.empty((len(mesh['P']), 3), np.float32), None
        for c in range(3):
            if c == 0 or wrap[c] != wrap[c - 1]:
                factor = np.maximum(0, (cosine[here] + wrap[c]) / (1 + wrap[c])) * (seen[:DIRECTIONS, here].T * (1 - leak) + leak)
            out[:, c] = (factor @ radiance[:, c]) * (4 / DIRECTIONS) / (1 + 0.5 * wrap[c])
        mesh['irradiance'] = out * (1 - flat * 0.5) + ambient * flat
        mesh['key'] = seen[DIRECTIONS, here]
        first += len(mesh['P'])
