"""Strand hair of a head: the pack's grooms (grooms.py) bent to it, combed, cut, waved and thinned, drawn as thin cards.

Everything about a style that is not its flow is continuous (`head['strands']`, head.py): length, volume, wave, how it is combed
(the mixture of its variants), hairline and crown. The side it is parted on is a sign.
"""
from types import SimpleNamespace

import numpy as np

CARDS = 1700  # about; a style with fewer strands gets several cards for each
PIECES = 10  # of a card; twice as many where hair goes a long way round the head
# style: shortest share of its length, widths of a card at root and tip (dm), how the outermost hair stands off
STYLES = {'crop': (0.35, 0.05, 0.022), 'short': (0.5, 0.05, 0.02), 'swept': (0.7, 0.055, 0.03), 'curls': (0.25, 0.055, 0.045),
          'tied': (0.6, 0.05, 0.03), 'up': (1, 0.05, 0.035), 'long': (0.5, 0.06, 0.04), 'back': (0.55, 0.06, 0.04),
          'bob': (0.65, 0.06, 0.045), 'layered': (0.65, 0.05, 0.03)}
CLOSE = 'crop', 'short', 'swept', 'curls'  # a hairline that recedes shows in these; the others hide most of it
CURLED = {'curls': 0.045}  # decimetres of wave that a style has at least
CAP = 0.012  # decimetres: how far the shade of the roots lies above the skin


def load(pack, start):
    """Grooms of a pack, or None. `start` (V,3): average scan."""
    if 'scalp' not in pack.files:
        return None
    out = SimpleNamespace(scalp=pack['scalp'].astype(np.float32), back=pack['scalp.back'].astype(np.float32),
                          mirror=pack['mirror'].astype(int), start=start, grooms={})
    for key in pack.files:
        if key.startswith('groom.') and key.count('.') == 1:
            out.grooms[key[6:]] = SimpleNamespace(variants=pack[key].astype(np.float32), near=pack[key + '.near'].astype(int),
                                                  back=pack[key + '.back'].astype(np.float32))
    return out


def grain(side=(32, 64), hairs=9, seed=3):
    """Texture of a card: (light, alpha) of a few hairs side by side, ragged at the tip; 4 cards beside each other."""
    rng, (w, h) = np.random.default_rng(seed), side
    light, alpha = np.zeros((h, 4 * w), np.float32), np.zeros((h, 4 * w), np.float32)
    v = (np.arange(h)[::-1] + 0.5) / h  # rows run from the tip down to the root
    for card in range(4):
        for k in range(hairs):
            centre = (k + 0.5 + rng.uniform(-0.3, 0.3)) / hairs * w
            wander = np.interp(v, np.linspace(0, 1, 4), rng.normal(size=4)) * 1.1
            width = w / hairs * rng.uniform(0.4, 0.75)
            end = rng.uniform(0.75, 1.05)
            x = np.arange(w)[None] + 0.5 - centre - wander[:, None]
            fade = np.clip((end - v) / 0.15, 0, 1) * np.clip((v - rng.uniform(-0.06, 0.06)) / 0.05, 0, 1)
            a = np.exp(-(x / width) ** 4) * fade[:, None] * min(1, rng.uniform(0.8, 1.1))
            here = slice(card * w, card * w + w)
            light[:, here] = light[:, here] * (1 - a) + rng.uniform(0.7, 1.3) * a
            alpha[:, here] = np.maximum(alpha[:, here], a)
    return np.where(alpha > 0, light / np.maximum(alpha, 0.3), 1).clip(0.5, 1.5), np.clip(alpha, 0, 1)


def _kept(back, s, close):
    """Share of hair that grows at places `back` (…,2), where hairline and crown are thin."""
    recede = s['recede'] * (1 if close else 0.35)
    front = np.clip((back[..., 0] - recede + 0.12) / 0.24, 0, 1) if recede > 0 else np.ones(back.shape[:-1])
    crown = s['crown'] * (1 if close else 0.35)
    top = np.clip((back[..., 1] - crown + 0.15) / 0.3, 0, 1) if crown > 0 else np.ones(back.shape[:-1])
    return (front * top).astype(np.float32)


def _mixed(variants, mix):
    if len(variants) == 1:
        return variants[0]
    return variants[0] * np.float32(1 - mix) + variants[1] * np.float32(mix)


def _along(points, share, pieces):
    """Strands (N,M,3) cut to `share` (N,) of their length -> (N,pieces+1,3), nearest original points (N,pieces+1)."""
    n, m, _ = points.shape
    at = np.linspace(0, 1, pieces + 1)[None] * share[:, None] * (m - 1)
    low = np.minimum(at.astype(int), m - 2)
    part = (at - low)[..., None].astype(np.float32)
    rows = np.arange(n)[:, None]
    return points[rows, low] * (1 - part) + points[rows, low + 1] * part, np.rint(at).astype(int)


def _waves(points, amount, rng, step):
    """A wave or curl of `amount` decimetres across the strands, nothing at the roots."""
    n, m, _ = points.shape
    t = points[:, -1] - points[:, 0]
    t /= np.maximum(np.linalg.norm(t, axis=1, keepdims=True), 1e-6)
    a = np.cross(t, rng.normal(size=(n, 3)))
    a /= np.maximum(np.linalg.norm(a, axis=1, keepdims=True), 1e-6)
    b = np.cross(t, a)
    phase = 2 * np.pi * (rng.random((n, 1)) + np.arange(m)[None] * step[:, None] * rng.uniform(1.3, 2.0, (n, 1)))
    size = amount * np.minimum(1, np.arange(m) / 4)[None, :, None]
    return points + size * (np.cos(phase)[..., None] * a[:, None] + np.sin(phase)[..., None] * b[:, None])


def strands(s, style, V, normals):
    """-> points (C,K,3) decimetres, outward normals of the same shape, widths (C,K).

    `V`, `normals` (V,3): the head at rest, shoulders turned. `style`: {'style': name, 'length': 0..1, ...}.
    """
    groom, name = s.grooms[style['style']], style['style']
    shortest, wide, narrow = STYLES[name]
    rng = np.random.default_rng(11)
    base, near = _mixed(groom.variants, style['mix']), groom.near
    copies = max(1, round(CARDS / len(base)))
    pick = np.repeat(np.arange(len(base)), copies)
    n = len(pick)
    share = shortest + (1 - shortest) * style['length']
    ragged = rng.uniform(0.86, 1, n)
    pieces = PIECES * (2 if name in ('tied', 'up') else 1)
    points, index = _along(base[pick], share * ragged, pieces)
    near = near[pick[:, None], index]
    at = np.arange(pieces + 1)[None, :, None] / pieces
    if copies > 1:
        own = np.arange(n) % copies > 0
        loose = rng.normal(size=(n, 1, 3)) * (0.05 + 0.03 * at) + rng.normal(size=(n, 1, 3)) * 0.04 * at ** 2
        points = points + (loose * own[:, None, None]).astype(np.float32)
    else:
        points = points + (rng.normal(size=(n, 1, 3)) * 0.035 * at).astype(np.float32)
    if style['part'] < 0:
        points, near = points * np.array([-1, 1, 1], np.float32), s.mirror[near]
    d = np.linalg.norm(points[:, :, None] - s.start[near], axis=-1)
    weight = 1 / (d ** 2 + 0.01)
    weight = (weight / weight.sum(-1, keepdims=True))[..., None].astype(np.float32)
    moved = V - s.start
    points = points + (moved[near] * weight).sum(2)
    out = (normals[near] * weight).sum(2)
    out /= np.maximum(np.linalg.norm(out, axis=-1, keepdims=True), 1e-6)
    ease = (np.sin(np.pi * np.minimum(at, 0.75)) if name in ('tied', 'up') else np.minimum(1, at * 3)).astype(np.float32)
    points = points + out * ease * np.float32(style['volume'])
    wave = style['wave'] + CURLED.get(name, 0)
    if wave > 0.004:
        step = np.linalg.norm(np.diff(points, axis=1), axis=-1).mean(1)
        points = _waves(points, wave, rng, step)
    ground = (V[near[..., :3]] * weight[..., :3, :]).sum(2) / weight[..., :3, :].sum(2)
    depth = ((points - ground) * out).sum(-1)
    least = 0.03 + 0.04 * np.minimum(1, at[..., 0] * 4) * rng.uniform(0.4, 1, (n, 1))
    points = points + out * np.where((depth < least) & (depth > -0.9), least - depth, 0)[..., None]
    kept = _kept(groom.back[pick], style, name in CLOSE)
    width = (wide + (narrow - wide) * at[..., 0]) * (kept * style['density'])[:, None]
    alive = kept > 0.15
    return points[alive], out[alive], width[alive]


def cards(points, out, width, seed=17):
    """-> mesh: vertices (P,3), normals (P,3), triangles, uv, gain (P,): how light each hair is."""
    n, m, _ = points.shape
    rng = np.random.default_rng(seed)
    along = np.gradient(points, axis=1)
    along /= np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-6)
    side = np.cross(along, out)
    side /= np.maximum(np.linalg.norm(side, axis=-1, keepdims=True), 1e-3)
    flat = np.cross(side, along)
    roll = rng.normal(size=(n, 1, 1)) * 0.3
    side = side * np.cos(roll) + flat * np.sin(roll)
    half = side * (width / 2)[..., None]
    P = np.stack([points - half, points + half], 2)
    # Round in the light: across a card the normal turns a little to its side.
    N = np.stack([out - 0.35 * side, out + 0.35 * side], 2) - 0.3 * (along * (along * out).sum(-1, keepdims=True))[:, :, None]
    N /= np.linalg.norm(N, axis=-1, keepdims=True)
    u = (rng.integers(0, 4, n)[:, None, None] + np.array([0.02, 0.98])[None, None]) / 4 + np.zeros((n, m, 2))
    v = np.broadcast_to(np.linspace(0, 1, m)[None, :, None], u.shape)
    first = (np.arange(n)[:, None] * m + np.arange(m - 1)[None]).reshape(-1) * 2
    tri = np.concatenate([np.stack([first, first + 1, first + 2], 1), np.stack([first + 1, first + 3, first + 2], 1)])
    gain = np.exp(rng.normal(size=(n, 1, 1)) * 0.22) * (0.65 + 0.35 * np.minimum(1, v * 5))
    flat_ = lambda a, k: np.ascontiguousarray(a.reshape(-1, k), np.float32)
    return flat_(P, 3), flat_(N, 3), tri.astype(np.int32), flat_(np.stack([u, v], -1), 2), gain.reshape(-1).astype(np.float32)


def shade(grows, dark, lift, V, normals, skin):
    """The skin where hair `grows` (V,), `lift` decimetres above it: mesh as `cards` gives it, uv[:, 0] is how `dark` (V,) it is."""
    tri = skin[(grows[skin] > 0.02).any(1)]
    used, local = np.unique(tri, return_inverse=True)
    P = V[used] + normals[used] * lift
    uv = np.stack([dark[used], np.full(len(used), 0.5)], 1).astype(np.float32)
    return (P.astype(np.float32), normals[used].astype(np.float32), local.reshape(-1, 3).astype(np.int32), uv,
            np.ones(len(used), np.float32))


def cap(s, style, V, normals, skin):
    """The shade of the roots on the scalp."""
    grows = s.scalp * _kept(s.back, style, style['style'] in (*CLOSE, 'bald'))
    if style['part'] < 0:
        grows = np.maximum(grows, grows[s.mirror])
    return shade(grows, np.clip(np.clip(1.25 * grows, 0, 1) * style['roots'], 0.01, 0.99), CAP, V, normals, skin)


def ramp(side=64):
    """Texture of the cap: opacity grows along u."""
    alpha = np.broadcast_to((np.arange(side, dtype=np.float32) + 0.5) / side, (4, side))
    return np.ones((4, side), np.float32), np.ascontiguousarray(alpha)
