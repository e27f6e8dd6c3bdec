"""Soft shadowed light baked per vertex: irradiance of an environment of 40 directions with visibility, plus a key."""
import numpy as np

import raster

DIRECTIONS, SHADOW_SIDE, BIAS = 40, 128, 0.011
WRAP = {'skin': (0.32, 0.2, 0.14), 'hair': (0.6, 0.6, 0.6)}  # light that reaches round the terminator, per channel
FLAT = {'eyes': 0.55, 'teeth': 0.35, 'tongue': 0.15}  # share of unshadowed ambient light inside eye and mouth


def sphere(n):
    """n unit directions, evenly spread (Fibonacci)."""
    i = np.arange(n) + 0.5
    polar, turn = np.arccos(1 - 2 * i / n), np.pi * (1 + 5 ** 0.5) * i
    return np.stack([np.cos(turn) * np.sin(polar), np.cos(polar), np.sin(turn) * np.sin(polar)], 1)


def environment(light, directions):
    """Radiance (D,3) of sky, ground, the key's lobe and two fills."""
    up = directions[:, 1:2] * 0.5 + 0.5
    lobe = lambda axis, colour, k: np.exp(k * (directions @ axis - 1))[:, None] * colour
    return (light['ground'] * (1 - up) + light['sky'] * up + lobe(light['key'], light['keyColour'] * 3.2, 6)
            + sum(lobe(fill, light['fillColour'] * 2, 5) for fill in light['fills'])).astype(np.float32)


def bake(meshes, light):
    """Adds 'irradiance' (P,3) and 'key' (P,), the key light's visibility, to every mesh of the head."""
    around = sphere(DIRECTIONS)
    directions = np.concatenate([around, [light['key']]]).astype(np.float32)
    occluders, triangles, first = [], [], 0
    for mesh in meshes:
        if mesh['material'] in ('skin', 'shirt', 'hair', 'teeth'):
            keep = mesh['tri']
            if mesh['material'] == 'shirt':
                keep = keep[(mesh['uv'][keep, 0] > 0).all(1)]
            occluders.append(mesh['P'])
            triangles.append(keep + first)
            first += len(mesh['P'])
    P, N = (np.concatenate([mesh[key] for mesh in meshes]) for key in ('P', 'N'))
    seen = raster.visibility(np.concatenate(occluders), np.concatenate(triangles), P, N, directions, SHADOW_SIDE, BIAS)
    radiance = environment(light, around)
    cosine, ambient, first = N @ around.T.astype(np.float32), radiance.mean(0), 0
    for mesh in meshes:
        here = slice(first, first + len(mesh['P']))
        wrap, flat = WRAP.get(mesh['material'], (0.1, 0.1, 0.1)), FLAT.get(mesh['material'], 0)
        out, factor = np.empty((len(mesh['P']), 3), np.float32), None
        for c in range(3):
            if c == 0 or wrap[c] != wrap[c - 1]:
                factor = np.maximum(0, (cosine[here] + wrap[c]) / (1 + wrap[c])) * seen[:DIRECTIONS, here].T
            out[:, c] = (factor @ radiance[:, c]) * (4 / DIRECTIONS) / (1 + 0.5 * wrap[c])
        mesh['irradiance'] = out * (1 - flat * 0.5) + ambient * flat
        mesh['key'] = seen[DIRECTIONS, here]
        first += len(mesh['P'])
