"""Glasses: a frame swept round two rims, a bridge and two temples, seated on the eyes, the nose and the ears of a head.

A frame is a mixture of SHAPES, each a superellipse: continuous in form, size, thickness and colour (`head['glasses']`, head.py).
"""
import numpy as np

AROUND, TUBE = 40, 5
# Frame: (width, height, bridge height, squareness, lower corner pulled to the nose, droop, thickness, rimless, half rim), decimetres
SHAPES = {'round': (0.235, 0.225, 0.03, 2.0, 0.00, 0.00, 0.016, 0, 0), 'square': (0.265, 0.190, 0.05, 4.0, 0.00, 0.00, 0.026, 0, 0),
          'aviator': (0.285, 0.235, 0.07, 2.4, 0.10, 0.04, 0.013, 0, 0), 'rimless': (0.255, 0.175, 0.03, 2.8, 0.00, 0.00, 0.007, 1, 0),
          'thick': (0.275, 0.205, 0.05, 3.0, 0.05, 0.00, 0.040, 0, 0), 'half': (0.265, 0.170, 0.05, 3.2, 0.03, 0.00, 0.024, 0, 1)}
NAMES = list(SHAPES)
AWAY = 0.13  # decimetres from the front of the eyeball to the lens
TEMPLE = 0.035  # height of a temple


def _ring(shape):
    """Right-hand rim for the person's left eye, (AROUND,2): x to the temple, y up, and where its tube is thin (AROUND,)."""
    width, height, _, power, pull, droop = shape[:6]
    t = np.linspace(0, 2 * np.pi, AROUND, endpoint=False)
    c, s = np.cos(t), np.sin(t)
    x = np.sign(c) * np.abs(c) ** (2 / power) * width
    y = np.sign(s) * np.abs(s) ** (2 / power) * height
    low = np.clip(-y / height, 0, 1)
    return np.stack([x - pull * low * (x < 0) * x * 2, y - droop * low], 1), 1 - shape[8] * np.clip(low * 3, 0, 1)


def _tube(path, radius, closed):
    """Swept octagon-like tube: path (N,3), radius (N,) or (N,2) -> vertices, normals, triangles."""
    n = len(path)
    radius = np.broadcast_to(np.asarray(radius, float).reshape(-1, 1) if np.ndim(radius) < 2 else radius, (n, 2))
    ahead = np.roll(path, -1, 0) - np.roll(path, 1, 0) if closed else np.gradient(path, axis=0)
    ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    side = np.cross(ahead, [0, 0, 1.0])
    side[np.linalg.norm(side, axis=1) < 0.2] = [1, 0, 0]
    side -= ahead * (side * ahead).sum(1, keepdims=True)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    up = np.cross(side, ahead)
    turn = np.arange(TUBE) / TUBE * 2 * np.pi
    N = np.cos(turn)[None, :, None] * side[:, None] + np.sin(turn)[None, :, None] * up[:, None]
    P = path[:, None] + np.cos(turn)[None, :, None] * side[:, None] * radius[:, None, :1] + \
        np.sin(turn)[None, :, None] * up[:, None] * radius[:, None, 1:]
    k, j = np.meshgrid(np.arange(n if closed else n - 1), np.arange(TUBE), indexing='ij')
    at = lambda a, b: (a % n) * TUBE + b % TUBE
    a, b, c, d = at(k, j), at(k + 1, j), at(k, j + 1), at(k + 1, j + 1)
    tri = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([b, d, c], -1).reshape(-1, 3)])
    return P.reshape(-1, 3), N.reshape(-1, 3), tri


def _joined(parts):
    out, first = ([], [], []), 0
    for P, N, tri in parts:
        for values, value in zip(out, (P, N, tri + first)):
            values.append(value)
        first += len(P)
    return np.concatenate(out[0]).astype(np.float32), np.concatenate(out[1]).astype(np.float32), np.concatenate(out[2]).astype(np.int32)


def _lens(ring, middle, depth):
    n = len(ring)
    P = np.concatenate([ring, ring.mean(0, keepdims=True)])
    N = np.concatenate([np.stack([(ring[:, 0] - middle) * 0.8, ring[:, 1] - ring[:, 1].mean(), np.full(n, 1.0)], 1),
                        [[0, 0, 1.0]]])
    N /= np.linalg.norm(N, axis=1, keepdims=True)
    i = np.arange(n)
    return P, N, np.stack([i, (i + 1) % n, np.full(n, n)], 1)


def build(glasses, left, right, radius, nose, ears):
    """-> {'frame': (P, N, tri), 'lens': ...}, decimetres.

    `left`, `right` (3,): centres of the eyes; `radius` of an eyeball; `nose` (3,): skin between the eyes, on the bridge;
    `ears` (2,3): where a temple rests, left and right. `glasses`: {'share': {shape: weight}, 'size': factor, 'down': dm}.
    """
    shape = sum(w * np.array(SHAPES[k]) for k, w in glasses['share'].items())
    ring, thin = _ring(shape)
    ring = ring * glasses['size']
    middle = (left + right) / 2
    apart = np.linalg.norm(left - right) / 2
    front = max(middle[2] + radius + AWAY, nose[2] + 0.05)
    half = max(ring[:, 0].max() + 0.06, apart + 0.02)  # of the bridge to the middle of a lens
    thick, metal = shape[6] * glasses['size'], (1 - shape[7])
    parts, lenses = [], []
    for sign, ear in ((1, ears[0]), (-1, ears[1])):
        x = sign * (half + ring[:, 0]) + middle[0]
        y = middle[1] - glasses['down'] + ring[:, 1]
        curve = 0.10 * ((x - middle[0]) / 0.6) ** 2  # lenses bend round the face
        path = np.stack([x, y, front - curve], 1)
        path = path if sign > 0 else path[::-1]
        thin_ = thin if sign > 0 else thin[::-1]
        tube = thick * (0.25 + 0.75 * thin_) * (0.35 + 0.65 * metal)
        parts.append(_tube(path, np.stack([tube, np.minimum(tube, 0.017)], 1), True))
        P, N, tri = _lens(path, middle[0] + sign * half, front)
        lenses.append((P, N, tri))
        outer = path[np.argmax(sign * path[:, 0] + 0.4 * (path[:, 1] - y.mean()))]
        hinge = outer + [sign * 0.05, 0.02, -0.04]
        rest = np.array([ear[0], ear[1], ear[2]])
        t = np.linspace(0, 1, 12)[:, None]
        bow = np.array([sign * 0.05, 0, 0]) * np.sin(np.pi * t)
        along = np.concatenate([outer[None], hinge * (1 - t) + rest * t + bow, [rest + [0, -0.18, -0.15]]])
        parts.append(_tube(along, np.tile([0.010, max(TEMPLE * metal, thick * 0.5) / 1.5], (len(along), 1)), False))
    b = np.linspace(-1, 1, 9)
    gap = half - ring[:, 0].max() * 0.96
    lift = middle[1] - glasses['down'] + shape[2]
    bridge = np.stack([middle[0] + b * gap, lift + 0.02 * (1 - b ** 2), np.full(9, front) + 0.03 * (1 - b ** 2)], 1)
    parts.append(_tube(bridge, max(thick * 0.8, 0.009), False))
    return {'frame': _joined(parts), 'lens': _joined(lenses)}
