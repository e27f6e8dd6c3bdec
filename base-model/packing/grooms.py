"""Strand hair for the pack: Vitruvian's grooms (CC0) carried onto the average scan, and styles of our own grown from their roots.

All strands lie in the space of the average scan, decimetres. Every strand has the same number of points, spaced evenly, the root
first; strands.py bends them to a head, cuts, waves and parts them, and draws cards.

Entries of the pack, for every style: `groom.NAME` (S,N,M,3) float16, S variants of the same strands that a head mixes;
`groom.NAME.near` (N,M,NEAR) uint16, the skin's nearest vertices; `groom.NAME.back` (N,2) float16, how far a root lies behind the
hairline and from the crown. `scalp` (V,) float16: how much hair grows at a vertex, 0..1. `scalp.back` (V,2), as of roots.
`mirror` (V,) uint16: the vertex that lies where a vertex's mirror image does.
"""
import os

import numpy as np

NEAR = 6
CROWN = np.array([0, 8.30, -0.45])
# style: (file, strands kept, points)
VITRUVIAN = {'short': ('Combover_zoro_d', 1500, 8), 'swept': ('SlickedBack', 1071, 12), 'bob': ('Bob', 248, 14),
             'layered': ('SceneHair_1_O4saken', 1300, 12), 'long': ('Eve', 1077, 18), 'back': ('Back1', 1044, 16)}
GROWN = 'crop', 'tied', 'up', 'curls'
CENTRE = np.array([0, 7.55, 0.35])  # of the skull, for directions


def _resampled(points, counts, wanted):
    """Strands of different numbers of points (sum, 3) -> (N, wanted, 3), evenly spaced along each."""
    ends, out = np.cumsum(counts), np.empty((len(counts), wanted, 3))
    for i, (end, n) in enumerate(zip(ends, counts)):
        p = points[end - n:end]
        along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(p, axis=0), axis=1))])
        at = np.linspace(0, along[-1], wanted)
        out[i] = np.stack([np.interp(at, along, p[:, k]) for k in range(3)], 1)
    return out


def _spread(points, wanted, seed=0):
    """Indices of `wanted` points, evenly over the surface they cover: best of a few candidates each time."""
    from scipy.spatial import cKDTree

    if len(points) <= wanted:
        return np.arange(len(points))
    rng = np.random.default_rng(seed)
    order, radius = rng.permutation(len(points)), np.sqrt(4.5 / wanted)  # a scalp has about 5 square decimetres
    while True:
        tree, taken, blocked = cKDTree(points), [], np.zeros(len(points), bool)
        for i in order:
            if not blocked[i]:
                taken.append(i)
                blocked[tree.query_ball_point(points[i], radius)] = True
        if len(taken) >= wanted:
            return np.sort(np.array(taken[:wanted]))
        radius *= 0.94


class Skull:
    """The average head as a surface to lay strands on: radius over directions, and nearest vertices with normals."""

    def __init__(self, vertices, normals, index):
        from scipy.spatial import cKDTree

        self.index, self.P, self.N = index, vertices[index], normals[index]
        self.tree = cKDTree(self.P)
        upper = self.P[:, 1] > 6.6
        rays = self.P[upper] - CENTRE
        self.length = np.linalg.norm(rays, axis=1)
        self.rays = cKDTree(rays / self.length[:, None])

    def radius(self, u):
        distance, near = self.rays.query(u, k=6)
        weight = 1 / (distance + 0.01) ** 2
        return (self.length[near] * weight).sum(-1) / weight.sum(-1)

    def pushed(self, points, least):
        """Points kept at least `least` (broadcasts) outside of the surface, where they are near it."""
        shape = points.shape
        p, least = points.reshape(-1, 3), np.broadcast_to(least, shape[:-1]).reshape(-1)
        for _ in range(2):
            distance, near = self.tree.query(p, k=4)
            weight = (1 / (distance + 0.02))[..., None]
            n = (self.N[near] * weight).sum(1)
            n /= np.linalg.norm(n, axis=1, keepdims=True)
            at = (self.P[near] * weight).sum(1) / weight.sum(1)
            depth = ((p - at) * n).sum(1)
            move = np.where((depth < least) & (depth > -1.2) & (distance[:, 0] < 1.2), least - depth, 0)
            p = p + n * move[:, None]
        return p.reshape(shape)


def _aligned(theirs, skull):
    """Similarity that lays the Vitruvian body's head (V,3) onto ours -> function of points."""
    from packing.skins import _similarity

    s, R, t = 0.94, np.eye(3), skull.P[:, :].max(0) * [0, 1, 0] - 0.94 * theirs.max(0) * [0, 1, 0]
    head = theirs[theirs[:, 1] > theirs[:, 1].max() - 2.1]
    t[2] = skull.P[skull.P[:, 1] > 6.9][:, 2].mean() - s * head[:, 2].mean()
    for _ in range(40):
        moved = s * head @ R.T + t
        distance, near = skull.tree.query(moved)
        keep = distance < np.quantile(distance, 0.8)
        s, R, t = _similarity(head[keep], skull.P[near[keep]])
    print(f'grooms: scale {s:.3f}, heads {distance[keep].mean() * 100:.1f} mm apart')
    return lambda p: s * p @ R.T + t


def _carried(strands, body, skull):
    """Strands in our space, radially from their skull onto ours; below the ears they keep their place."""
    from scipy.spatial import cKDTree

    upper = body[body[:, 1] > 6.6] - CENTRE
    length = np.linalg.norm(upper, axis=1)
    tree = cKDTree(upper / length[:, None])
    rays = strands - CENTRE
    r = np.linalg.norm(rays, axis=-1)
    u = rays / r[..., None]
    distance, near = tree.query(u, k=6)
    weight = 1 / (distance + 0.01) ** 2
    theirs = (length[near] * weight).sum(-1) / weight.sum(-1)
    share = np.clip((strands[..., 1] - 6.3) / 0.7, 0, 1)
    return strands + u * (share * (skull.radius(u) - theirs))[..., None]


def _over_scalp(roots, goal, skull, points, lift, bulge):
    """Strands (N,points,3) that lie on the skull from their roots to the direction `goal` (3,)."""
    a = roots - CENTRE
    a /= np.linalg.norm(a, axis=1, keepdims=True)
    b = (goal - CENTRE) / np.linalg.norm(goal - CENTRE)
    middle = a + b + [0, 0.6, 0]  # over the top and the sides, never along a great circle from forehead to nape
    middle /= np.linalg.norm(middle, axis=1, keepdims=True)
    t = np.linspace(0, 1, points)[None]
    s = t[..., None]
    u = (1 - s) ** 2 * a[:, None] + 2 * s * (1 - s) * middle[:, None] + s ** 2 * b
    u /= np.linalg.norm(u, axis=-1, keepdims=True)
    height = lift * np.minimum(1, t * 6) + bulge * np.sin(np.pi * t) ** 2
    return CENTRE + u * (skull.radius(u) + height)[..., None]


def _tail(start, out, count, points, length, rng, skull):
    """A bundle that leaves the tie at `start` along `out` and falls."""
    s = np.linspace(0, 1, points)[None, :, None]
    spread = rng.normal(size=(count, 1, 3)) * [0.10, 0.06, 0.10]
    own = length * rng.uniform(0.75, 1, (count, 1, 1))
    away = out * 0.55 * (1 - np.exp(-6 * s)) / 1
    down = np.array([0, -1, 0]) * own * np.maximum(0, s - 0.05) ** 1.25
    width = 0.25 + 1.5 * np.sin(np.pi * np.minimum(s, 0.95)) ** 0.8
    return skull.pushed(start + away + down + spread * width, 0.08)


def _bun(start, out, count, points, size, rng):
    """Strands wound round a knot that sits on `start`."""
    centre = start + out * size * 0.75
    axis = out + rng.normal(size=(count, 3)) * 0.35
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    x = np.cross(axis, rng.normal(size=(count, 3)))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    y = np.cross(axis, x)
    turn = np.linspace(0, 2.4 * np.pi, points)[None, :, None]
    tilt = rng.uniform(-0.9, 0.9, (count, 1, 1))
    r = size * rng.uniform(0.85, 1.05, (count, 1, 1))
    ring = np.cos(turn) * x[:, None] + np.sin(turn) * y[:, None]
    return centre + r * (np.cos(tilt) * ring + 0.8 * np.sin(tilt) * axis[:, None])


def _grown(style, roots, normals, skull, rng):
    """Variants (S,N,M,3) of a style of our own on `roots` (N,3)."""
    n = len(roots)
    if style in ('tied', 'up'):
        out = []
        for goal in ([0, 7.05, -0.75], [0, 8.15, -0.75]) if style == 'tied' else ([0, 7.45, -0.9], [0, 8.55, -0.15]):
            lift = 0.035 + 0.03 * rng.random((n, 1)) ** 2
            over = _over_scalp(roots, np.array(goal), skull, 11, lift, 0.05 * rng.random((n, 1)))
            u = (np.array(goal) - CENTRE) / np.linalg.norm(np.array(goal) - CENTRE)
            knot = CENTRE + u * (skull.radius(u[None])[0] + 0.10)
            over[:, -1] = knot + rng.normal(size=(n, 3)) * 0.05
            rest = _tail(knot, u, n, 10, 2.6, rng, skull) if style == 'tied' else _bun(knot, u, n, 10, 0.36, rng)
            out.append(np.concatenate([over, rest], 1))
        return np.stack(out)
    step = np.linspace(0, 1, 8 if style == 'crop' else 10)[None, :, None]
    if style == 'crop':  # forward and up: the mixture is how it is combed
        out = []
        for comb in ([0, -0.35, 0.9], [0.6, 0.2, 0.4]):
            along = np.array(comb) - (normals @ np.array(comb))[:, None] * normals
            low = np.clip((7.6 - roots[:, 1]) / 0.6, 0, 1)[:, None]  # the sides and the nape hang
            along = along * (1 - low) + np.array([0, -0.9, -0.2]) * low
            way = (0.42 - 0.27 * low) * normals + along * 0.75 + rng.normal(size=(n, 3)) * 0.10
            bend = along * 0.3 - normals * 0.12
            length = (0.70 - 0.40 * low) * rng.uniform(0.8, 1.1, (n, 1))
            out.append(roots[:, None] + (way[:, None] * step + bend[:, None] * step ** 2) * length[:, None])
        return np.stack([skull.pushed(o, 0.02 + 0.03 * step[..., 0]) for o in out])
    walk = rng.normal(size=(n, 10, 3)) * 0.06
    walk[:, 0] = 0
    up = normals + [0, 0.12, 0] + rng.normal(size=(n, 3)) * 0.15
    ball = roots[:, None] + up[:, None] * step * 0.85 * rng.uniform(0.88, 1, (n, 1, 1)) + np.cumsum(walk, 1)
    fall = roots[:, None] + up[:, None] * (0.5 * np.sin(step * 2)) + np.array([0, -1.5, 0]) * step ** 2 + np.cumsum(walk, 1)
    return np.stack([skull.pushed(ball, 0.05), skull.pushed(fall, 0.07)])


def _near(points, skull):
    return skull.index[skull.tree.query(points.reshape(-1, 3), k=NEAR)[1]].reshape(points.shape[:-1] + (NEAR,)).astype(np.uint16)


def _back(points, forehead):
    """How far points lie behind the hairline, temples nearer to it, and from the crown."""
    front = forehead.query(points)[0]
    temple = np.clip((np.abs(points[:, 0]) - 0.2) / 0.3, 0, 1) * np.clip((points[:, 2] - 0.2) / 0.3, 0, 1)
    return np.stack([front * (1 - 0.35 * temple), np.linalg.norm(points - CROWN, axis=1)], 1)


def read(folder, start, triangles, tiny=False):
    """Entries of the pack. `start` (V,3): the average scan on our mesh; `triangles` of the skin into it."""
    from scipy.spatial import cKDTree

    from packing.skins import _normals

    index = np.unique(triangles)
    skull = Skull(start.astype(np.float64), _normals(start.astype(np.float64), triangles), index)
    source = lambda name: os.path.join(folder, 'vitruvian-hair', name)
    turned = lambda p: np.stack([p[..., 0], p[..., 2], -p[..., 1]], -1).astype(np.float64) * 10
    body = turned(np.load(source('body-vertices.npy')))
    body = body[body[:, 1] > 13.5]
    place = _aligned(body, skull)
    body = place(body)
    # Where hair grows: the densest groom's roots.
    dense = np.load(source('Combover_zoro_d.npz'))
    ends = np.cumsum(dense['cnt'].astype(int))
    roots = _carried(place(turned(dense['data'][ends - dense['cnt']])), body, skull)
    roots = skull.pushed(roots, 0.0)
    count = np.array([len(found) for found in cKDTree(roots).query_ball_point(skull.P, 0.12)])
    scalp = np.zeros(len(start), np.float32)
    scalp[index] = np.clip(count / np.percentile(count[count > 0], 60), 0, 1) ** 0.7
    bare = skull.P[(scalp[index] < 0.1) & (skull.P[:, 2] > 0.7) & (skull.P[:, 1] > 7.5)]
    forehead = cKDTree(bare)
    back = np.zeros((len(start), 2), np.float32)
    back[index] = _back(skull.P, forehead)
    mirror = cKDTree(start).query(start * [-1, 1, 1])[1]
    out = {'scalp': scalp.astype(np.float16), 'scalp.back': back.astype(np.float16), 'mirror': mirror.astype(np.uint16)}
    rng = np.random.default_rng(5)
    own = roots[_spread(roots, 60 if tiny else 1300)]
    near = skull.tree.query(own, k=4)[1]
    normals = skull.N[near].mean(1)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    for name in (GROWN[:1] if tiny else [*VITRUVIAN, *GROWN]):
        if name in VITRUVIAN:
            file, wanted, points = VITRUVIAN[name]
            z = np.load(source(file + '.npz'))
            strands = place(turned(_resampled(z['data'].astype(np.float64), z['cnt'].astype(int), points)))
            strands = _carried(strands, body, skull)
            strands = strands[_spread(strands[:, 0], wanted)]
            lift = np.minimum(0.045, 0.02 + 0.03 * np.arange(points) / 3)
            variants = skull.pushed(strands, lift)[None]
        else:
            variants = _grown(name, own, normals, skull, rng)
        out['groom.' + name] = variants.astype(np.float16)
        out[f'groom.{name}.near'] = _near(variants.mean(0), skull)
        out[f'groom.{name}.back'] = _back(variants[0, :, 0], forehead).astype(np.float16)
    sizes = [f'{k[6:]} {v.shape[1]} x {v.shape[2]}' for k, v in out.items() if k.startswith('groom.') and v.ndim == 4]
    print('grooms:', ', '.join(sizes))
    return out
