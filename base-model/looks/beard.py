"""Beards: shade of the skin and short strands at roots on lip, chin, cheeks and neck. They move with the face.

Everything is continuous (`head['beard']`, head.py): how much grows in each zone, and how long it is.
"""
from types import SimpleNamespace

import numpy as np

from looks import strands

ROOTS, PIECES = 1900, 3
ZONES = 'moustache', 'chin', 'cheeks'
SHADE = 0.010  # decimetres above the skin


def _smooth(x, low, high):
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def zones(p):
    """Points (…,3) of the average scan's face -> how much of a beard grows there, (…,3) by ZONES."""
    x, y, z = np.abs(p[..., 0]), p[..., 1], p[..., 2]
    lips = (x / 0.275) ** 2 + ((y - 6.735) / np.where(y > 6.735, 0.10, 0.11)) ** 2
    outside = _smooth(lips, 0.85, 1.15) * _smooth(z - 1.33 + 0.9 * np.maximum(x - 0.1, 0), -0.12, 0.0)
    inside = (x < 0.3) & (y > 6.60) & (y < 6.90)
    outside = np.where(inside, outside, np.where(lips < 1, 0, 1))
    moustache = _smooth(y, 6.78, 6.83) * (1 - _smooth(y, 6.94, 6.99)) * (1 - _smooth(x, 0.27, 0.36)) * (z > 1.2)
    below = 1 - _smooth(y, 6.72, 6.80)
    neck = _smooth(y, 6.02, 6.32) * _smooth(z, 0.25, 0.5)
    chin = below * (1 - _smooth(x, 0.25, 0.42)) * _smooth(y, 6.2, 6.36) * (z > 0.8)
    line = 6.80 + np.clip((x - 0.3) * 1.0, 0, 0.55)  # from the corner of the mouth up to the ear
    cheeks = (1 - _smooth(y - line, -0.07, 0.05)) * _smooth(x, 0.22, 0.38) * neck * _smooth(z, 0.42, 0.6)
    under = below * (1 - _smooth(y, 6.36, 6.5)) * neck * (1 - _smooth(x, 0.5, 0.7)) * (z < 1.35)
    return np.stack([moustache * outside, chin * outside, np.maximum(cheeks, under) * outside], -1).astype(np.float32)


def load(start, triangles):
    """Roots on the skin's `triangles` (T,3) of the average scan `start` (V,3), spread by area, with the zones of all vertices."""
    rng = np.random.default_rng(23)
    A, B, C = (start[triangles[:, k]] for k in range(3))
    at = zones(start)
    area = np.linalg.norm(np.cross(B - A, C - A), axis=1) * at[triangles].sum(-1).max(1)
    total = np.cumsum(area)
    of = np.searchsorted(total, (np.arange(ROOTS) + rng.random(ROOTS)) / ROOTS * total[-1]).clip(0, len(area) - 1)
    u, v = np.sqrt(rng.random(ROOTS)), rng.random(ROOTS)
    weight = np.stack([1 - u, u * (1 - v), u * v], 1)
    tri = triangles[of]
    grows = zones((start[tri] * weight[..., None]).sum(1))
    keep = grows.max(1) > 0.05
    return SimpleNamespace(tri=tri[keep], weight=weight[keep][..., None].astype(np.float32), grows=grows[keep], at=at)


def build(b, beard, V, normals, skin):
    """-> {'shade': (P, N, tri, uv, gain), 'beard': ...} on the face `V` as it moves; `skin`: its triangles (T,3).

    `beard`: {'amount': 0..1, 'length': dm, 'zones': (3,) 0..1}.
    """
    if beard['amount'] < 0.02:
        return {}
    share = np.asarray(beard['zones'], np.float32)
    grows = (b.at * share).max(1) * np.float32(beard['amount'])
    if not (grows[skin] > 0.02).any():
        return {}
    dark = np.clip(grows * (0.42 + 2.5 * min(beard['length'], 0.2)), 0.01, 0.92)
    out = {'shade': strands.shade(grows, dark, SHADE, V, normals, skin)}
    if beard['length'] < 0.03:
        return out
    rng = np.random.default_rng(29)
    n = len(b.tri)
    root, out_ = (V[b.tri] * b.weight).sum(1), (normals[b.tri] * b.weight).sum(1)
    out_ /= np.maximum(np.linalg.norm(out_, axis=1, keepdims=True), 1e-6)
    length = beard['length'] * rng.uniform(0.7, 1.1, (n, 1)) * np.where(b.grows.argmax(1) == 0, 0.5, 1)[:, None]
    down = np.stack([np.sign(root[:, 0]) * np.where(b.grows.argmax(1) == 0, 0.6, 0.05), np.full(n, -1.0), np.full(n, 0.1)], 1)
    down = down - (down * out_).sum(1, keepdims=True) * out_ * 0.9
    way = 0.30 * out_ + 0.85 * down + rng.normal(size=(n, 3)) * 0.16
    t = np.linspace(0, 1, PIECES + 1)[None, :, None]
    points = root[:, None] + out_[:, None] * 0.008 + length[:, None] * (way[:, None] * t + np.array([0, -0.25, -0.1]) * t ** 2)
    kept = np.clip((b.grows * share).max(1) * beard['amount'] * 1.6 - rng.random(n) * 0.6, 0, 1)
    alive = kept > 0.1
    width = (0.036 - 0.018 * t[..., 0]) * kept[:, None] * np.clip(0.5 + length / 0.1, 0, 1)
    normal = np.repeat(out_[:, None], PIECES + 1, 1)
    out['beard'] = strands.cards(points[alive], normal[alive], width[alive], seed=31)
    return out
