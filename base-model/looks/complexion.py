"""What is on a face's skin besides its photograph: haemoglobin, melanin, freckles, moles, wrinkles, make-up.

All of it is a change of the logarithm of the face texture, at a quarter of its size, from maps that are the same for all heads:
every mark has its fixed place and comes and goes continuously with its entry of the latent (`head['complexion']`, head.py). Maps are
their own mirror images, as training mirrors heads; a mole is on the other side where its entry is negative.
Melanin and haemoglobin absorb as MELANIN and BLOOD say (linear red, green, blue; ratios of two-layer skin models).
"""
from types import SimpleNamespace

import numpy as np
from PIL import Image

SIZE = 320, 256  # of the maps: width, height; about half a millimetre a texel
MELANIN, BLOOD = np.array([0.45, 0.80, 1.15], np.float32), np.array([0.05, 0.62, 0.48], np.float32)
FRECKLES, MOLES, FIELDS = 420, 6, 3


def _positions(uv, triangles, P):
    """Texel -> point of the mesh: (H,W,3), NaN where nothing is."""
    width, height = SIZE
    out = np.full((height, width, 3), np.nan, np.float32)
    at = uv * [width, height]
    at[:, 1] = height - at[:, 1]
    for t in triangles:
        A = at[t]
        low, high = np.maximum(np.floor(A.min(0) - 1).astype(int), 0), np.minimum(np.ceil(A.max(0) + 1).astype(int), SIZE)
        area = (A[1, 0] - A[0, 0]) * (A[2, 1] - A[0, 1]) - (A[2, 0] - A[0, 0]) * (A[1, 1] - A[0, 1])
        if (high <= low).any() or abs(area) < 1e-9:
            continue
        x, y = np.meshgrid(np.arange(low[0], high[0]) + 0.5, np.arange(low[1], high[1]) + 0.5)
        w1 = ((x - A[0, 0]) * (A[2, 1] - A[0, 1]) - (A[2, 0] - A[0, 0]) * (y - A[0, 1])) / area
        w2 = ((A[1, 0] - A[0, 0]) * (y - A[0, 1]) - (x - A[0, 0]) * (A[1, 1] - A[0, 1])) / area
        inside = (w1 > -0.05) & (w2 > -0.05) & (w1 + w2 < 1.05)
        w = np.stack([1 - w1 - w2, w1, w2], -1)[inside]
        out[low[1]:high[1], low[0]:high[0]][inside] = w @ P[t]
    return out


def _bump(p, centre, size):
    """Soft blob round `centre` and its mirror image; size (3,) decimetres."""
    d = (np.stack([np.abs(p[..., 0]), p[..., 1], p[..., 2]], -1) - centre) / size
    return np.exp(-0.5 * (d * d).sum(-1))


def _noise(rng, cells):
    coarse = Image.fromarray(rng.normal(size=cells).astype(np.float32))
    return np.asarray(coarse.resize(SIZE, Image.BICUBIC))


def _even(p, rng, cells):
    """Noise over height and distance from the middle, so the same on both sides: (H,W)."""
    across = np.clip(np.nan_to_num(np.abs(p[..., 0])) / 0.8 * (SIZE[0] - 1), 0, SIZE[0] - 1).astype(int)
    up = np.clip((np.nan_to_num(p[..., 1]) - 6.1) / 2.1 * (SIZE[1] - 1), 0, SIZE[1] - 1).astype(int)
    return _noise(rng, cells)[up, across]


def _pairs(p, spots):
    """Texels (n,2) and their mirror images (n,2); those without one are left out. The face's texture is symmetric in its rows."""
    other = np.stack([SIZE[1] - 1 - spots[:, 0], spots[:, 1]], 1)
    apart = p[tuple(spots.T)] * [-1, 1, 1] - p[tuple(other.T)]
    there = np.isfinite(apart).all(1) & (np.abs(np.nan_to_num(apart)).max(1) < 0.05)
    return spots[there], other[there]


def _lines(p, rng):
    """Wrinkle maps by region, 0..1 (H,W): forehead, frown, crow's feet, nasolabial, under the eyes, mouth corners."""
    x, y = np.abs(p[..., 0]), p[..., 1]
    wander = 0.02 * _even(p, rng, (9, 7))
    sharp = lambda phase: np.clip(np.cos(phase), 0, 1) ** 6
    fore = sum(sharp((y + wander + 0.05 * x * x - c) * np.pi / 0.085) * (np.abs(y + wander + 0.05 * x * x - c) < 0.04)
               for c in (7.72, 7.83, 7.95))
    fore = fore * np.exp(-(x / 0.42) ** 4)
    frown = np.exp(-((x - 0.075 + 0.4 * wander) / 0.012) ** 2) * _bump(p, [0.08, 7.62, 1.46], [0.1, 0.09, 0.3])
    angle = np.arctan2(y - 7.40, np.maximum(x - 0.40, 1e-3))
    crow = 0.7 * sharp(angle * 7 + 14 * wander) * _bump(p, [0.53, 7.39, 1.1], [0.06, 0.10, 0.3])
    fold_x = 0.19 + 0.14 * np.clip((7.08 - y) / 0.28, 0, 1.3) ** 1.1
    fold = np.exp(-((x - fold_x + 0.4 * wander) / 0.016) ** 2) * np.clip((7.10 - y) / 0.06, 0, 1) * np.clip((y - 6.68) / 0.1, 0, 1)
    bag = np.exp(-((y - 7.245 - 0.35 * (x - 0.29) ** 2 + 0.3 * wander) / 0.014) ** 2) * np.exp(-((x - 0.27) / 0.12) ** 4)
    corner = np.exp(-((x - 0.285 - 0.3 * (6.74 - y) + 0.4 * wander) / 0.014) ** 2) * np.clip((6.74 - y) / 0.04, 0, 1) * \
        np.clip((y - 6.54) / 0.08, 0, 1)
    return [np.nan_to_num(line).astype(np.float32) for line in (fore, frown, crow, fold, bag, corner)]


# What each of the wrinkle maps is pressed by, and how deep age has made it.
PRESSED = [('browInnerUp', 'browOuterUpLeft', 'browOuterUpRight'), ('browDownLeft', 'browDownRight'),
           ('eyeSquintLeft', 'eyeSquintRight', 'mouthSmileLeft', 'mouthSmileRight', 'cheekSquintLeft', 'cheekSquintRight'),
           ('mouthSmileLeft', 'mouthSmileRight', 'noseSneerLeft', 'noseSneerRight', 'mouthUpperUpLeft', 'mouthUpperUpRight'),
           ('cheekSquintLeft', 'cheekSquintRight', 'eyeSquintLeft', 'eyeSquintRight'),
           ('mouthFrownLeft', 'mouthFrownRight', 'mouthDimpleLeft', 'mouthDimpleRight')]
AGED = [0.7, 0.6, 0.9, 0.8, 0.7, 0.6]


def load(face, start, lips):
    """Maps for the face's mesh `face` (tri, vertex, uv) of the average scan. `lips` (H,W) linear colour of a made-up painted skin."""
    tri, vertex, uv = face
    p = _positions(uv.astype(np.float64), tri, start[vertex].astype(np.float64))
    there = np.isfinite(p[..., 0])
    rng = np.random.default_rng(41)
    bump = lambda c, s: np.nan_to_num(_bump(p, np.array(c), np.array(s))).astype(np.float32)
    flush = bump([0.42, 7.08, 1.2], [0.16, 0.13, 0.3]) + 0.9 * bump([0, 7.07, 1.68], [0.12, 0.12, 0.2]) + \
        0.5 * bump([0, 6.5, 1.45], [0.15, 0.1, 0.2])
    x, y = np.nan_to_num(np.abs(p[..., 0])), np.nan_to_num(p[..., 1])
    red = np.log(np.maximum(lips[..., 0], 1e-3) / np.maximum(lips[..., 1], 1e-3))
    mouth = there & (x < 0.31) & (y > 6.60) & (y < 6.87)
    ring = there & (x < 0.42) & (y > 6.5) & (y < 6.93) & ~mouth
    lip = np.where(mouth, np.clip((red - np.median(red[ring]) - 0.12) / 0.2, 0, 1), 0).astype(np.float32)
    lid = bump([0.30, 7.475, 1.35], [0.13, 0.045, 0.2])
    liner = np.where(there & (y > 7.3), np.exp(-((y - 7.425 + 1.2 * (x - 0.29) ** 2) / 0.02) ** 2) * (np.abs(x - 0.29) < 0.16), 0)
    chance = np.nan_to_num(np.where(there, bump([0.25, 7.15, 1.4], [0.28, 0.14, 0.4]) + 0.25 * bump([0, 7.75, 1.4], [0.5, 0.3, 0.5])
                                    + 0.08, 0)) * (lip < 0.1)
    total = np.cumsum(chance.ravel())
    chosen = np.searchsorted(total, rng.random(FRECKLES // 2) * total[-1])
    spots = np.concatenate(_pairs(p, np.stack(np.unravel_index(chosen, chance.shape), 1)))
    both = lambda values: np.tile(values[:len(spots) // 2], 2)
    places = np.flatnonzero((there & (p[..., 0] > 0.05) & (y > 6.4) & (y < 7.9) & (lip < 0.05)).ravel())
    moles = _pairs(p, np.stack(np.unravel_index(rng.choice(places, 4 * MOLES, replace=False), chance.shape), 1))
    return SimpleNamespace(flush=flush, lip=lip, lid=lid, liner=liner.astype(np.float32), spots=spots,
                           thresholds=both(rng.random(FRECKLES) * 1.6),
                           sizes=both(rng.uniform(0.7, 1.5, FRECKLES)), moles=[side[:MOLES] for side in moles],
                           lines=_lines(p, rng), fields=[_even(p, rng, (6, 8)) for _ in range(FIELDS)])


def _dots(places, sizes, strengths):
    """Round spots (H,W): places (n,2) rows and columns, sizes in texels."""
    out = np.zeros(SIZE[::-1], np.float32)
    for (row, column), size, strength in zip(places, sizes, strengths):
        if strength <= 0.01:
            continue
        r = int(3 * size) + 1
        y0, y1, x0, x1 = max(row - r, 0), min(row + r + 1, SIZE[1]), max(column - r, 0), min(column + r + 1, SIZE[0])
        y, x = np.mgrid[y0:y1, x0:x1]
        out[y0:y1, x0:x1] += strength * np.exp(-(((y - row) ** 2 + (x - column) ** 2) / size ** 2) ** 1.5)
    return np.minimum(out, 1)


def still(m, c):
    """Logarithm of what the complexion `c` multiplies a face with, expression aside: (H,W,3)."""
    melanin = sum(0.10 * f * a for f, a in zip(m.fields, c['uneven']))
    melanin = melanin + 0.55 * c['freckleDark'] * _dots(m.spots, m.sizes, np.clip((c['freckles'] - m.thresholds) / 0.3, 0, 1))
    for side, sign in zip(m.moles, (1, -1)):
        melanin = melanin + 1.3 * _dots(side, np.full(MOLES, 1.6), np.clip(sign * np.asarray(c['moles']), 0, 1))
    blood = 0.45 * c['flush'] * m.flush
    out = -melanin[..., None] * MELANIN - blood[..., None] * BLOOD
    paint = c['lips'] * m.lip
    out = out + paint[..., None] * np.asarray(c['lipColour'], np.float32)
    out = out - (c['lids'] * m.lid)[..., None] * np.array([0.7, 0.8, 0.75], np.float32)
    return (out - (c['liner'] * m.liner)[..., None] * 1.6).astype(np.float32)


def wrinkled(m, age, expression):
    """Logarithm of the shade of wrinkles: of age always, of the expression while it lasts. (H,W), or None where there are none."""
    out = None
    for line, names, aged in zip(m.lines, PRESSED, AGED):
        pressed = min(1.0, sum(expression.get(name, 0) for name in names) / 2)
        depth = 0.45 * aged * max(0, age - 0.35) + (0.18 + 0.35 * age) * pressed
        if depth > 0.01:
            out = line * np.float32(depth) if out is None else out + line * np.float32(depth)
    return out


def applied(face, log):
    """Face texture (H,W,4) times exp(log), which is enlarged to it."""
    size = face.shape[1], face.shape[0]
    log = log if log.ndim == 3 else log[..., None]
    factor = np.stack([np.asarray(Image.fromarray(np.ascontiguousarray(log[..., c])).resize(size, Image.BILINEAR))
                       for c in range(log.shape[2])], -1)
    out = face.copy()
    out[..., :3] *= np.exp(factor)
    return out
