"""Photographic skins for the pack: the VALID avatars' heads (MIT) baked into a face atlas of our own, cleaned.

The atlas is the rectangle of our skin's texture coordinates around the face, 1024 pixels across it. All avatars share one
texture layout, so a single registration of our average head onto their average says for every texel where it is in each
avatar's picture. Painted hair becomes skin, baked light is divided out. Then every skin is a tone (low frequencies, principal
components of their logarithms) times a detail, so that the tone of one takes the detail of another.

Entries of the pack: `face.rect` (u0, v0, u1, v1); `face.trust` (PNG: where the photograph counts); `tone.mean` (h,w,3),
`tone.modes` (K,h,w,3) and `tone.fit` (3,2,K), where an ancestry and gender lies among them, `tone.spread` (K,), what is left
of each around it; `pores:NAME` (JPEG of DETAIL_RANGE * value^2) for the TEXTURES that differ most; `pores.labels` (n,4).
"""
import glob
import io
import os

import numpy as np
from PIL import Image

from drawing.colour import to_linear

SIZE = 1280, 1024  # width (along the face's height, u) and height (across the face, v) of the atlas
CROP = 2048.0  # side of the avatars' whole texture; the pictures at hand are its upper left part
TONES, TEXTURES = 10, 20
LEFT_OUT = 'Asian_M_2',  # hair painted onto the forehead
TONE_SIZE, DETAIL_RANGE = (80, 64), 4.0
# Ancestry of the avatars as shares of ours: African, Asian, Caucasian.
ANCESTRY = {'Black': (1, 0, 0), 'Asian': (0, 1, 0), 'White': (0, 0, 1), 'MENA': (0.1, 0, 0.9), 'Hispanic': (0.1, 0.3, 0.6),
            'AIAN': (0, 0.6, 0.4), 'NHPI': (0.2, 0.6, 0.2)}
STIFFNESS = [(60, 30), (60, 30), (30, 15), (15, 5), (8, 1), (4, 0.3), (2, 0), (2, 0)]  # of the mesh, weight of the marks


def _normals(V, triangles):
    face = np.cross(V[triangles[:, 1]] - V[triangles[:, 0]], V[triangles[:, 2]] - V[triangles[:, 0]])
    out = np.zeros_like(V)
    for corner in range(3):
        np.add.at(out, triangles[:, corner], face)
    return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)


class Surface:
    """Closest points of a triangle mesh."""

    def __init__(self, vertices, triangles):
        from scipy.spatial import cKDTree

        self.V, self.T = vertices, triangles
        self.tree = cKDTree(vertices[triangles].mean(1))
        face = np.cross(vertices[triangles[:, 1]] - vertices[triangles[:, 0]], vertices[triangles[:, 2]] - vertices[triangles[:, 0]])
        self.normals = face / (np.linalg.norm(face, axis=1, keepdims=True) + 1e-12)

    def closest(self, points, tried=6):
        """-> distance (P,), triangle (P,), barycentric coordinates (P,3)."""
        _, near = self.tree.query(points, k=tried)
        best, chosen, where = np.full(len(points), np.inf), np.zeros(len(points), int), np.zeros((len(points), 3))
        for k in range(tried):
            A, B, C = (self.V[self.T[near[:, k], c]] for c in range(3))
            e, f, q = B - A, C - A, points - A
            ee, ef, ff, qe, qf = ((a * b).sum(1) for a, b in ((e, e), (e, f), (f, f), (q, e), (q, f)))
            det = np.maximum(ee * ff - ef * ef, 1e-18)
            v, w = (ff * qe - ef * qf) / det, (ee * qf - ef * qe) / det
            bary = np.clip(np.stack([1 - v - w, v, w], 1), 0, None)
            bary /= bary.sum(1, keepdims=True)
            distance = ((bary[:, :1] * A + bary[:, 1:2] * B + bary[:, 2:] * C - points) ** 2).sum(1)
            closer = distance < best
            best[closer], chosen[closer], where[closer] = distance[closer], near[closer, k], bary[closer]
        return np.sqrt(best), chosen, where


def _average_avatar(folder):
    """-> vertices (V,3), uv (V,2), triangles (T,3), eye centres (2,3) of the avatars' mean, left eye first."""
    from scipy.spatial import cKDTree

    paths = sorted(glob.glob(os.path.join(folder, 'valid-heads/*.npz')))
    first = np.load(os.path.join(folder, 'valid-heads/White_M_2_Casual.npz'))
    uv, tree = first['head.uv'], cKDTree(first['head.uv'])
    total, count, eyes = np.zeros_like(first['head.P'], np.float64), np.zeros(len(uv)), []
    for path in paths[::3] + [os.path.join(folder, 'valid-heads/White_M_2_Casual.npz')]:
        avatar = np.load(path)
        pair = np.stack([avatar['h_L_eye.P'].mean(0), avatar['h_R_eye.P'].mean(0)]).astype(np.float64)
        pair = pair[np.argsort(-pair[:, 0])]
        distance, index = tree.query(avatar['head.uv'])
        same = distance < 1e-4
        np.add.at(total, index[same], (avatar['head.P'] - pair.mean(0))[same])
        np.add.at(count, index[same], 1)
        eyes.append(pair - pair.mean(0))
    own = np.stack([first['h_L_eye.P'].mean(0), first['h_R_eye.P'].mean(0)]).mean(0)
    mean = np.where(count[:, None] > 0, total / np.maximum(count, 1)[:, None], first['head.P'] - own)
    return mean, uv.astype(np.float64), first['head.tri'].astype(int), np.mean(eyes, 0)


def _corners_of_eyes(vertices, triangles):
    """(4,3) outer right, inner right, inner left, outer left: ends of the two openings in the mesh."""
    import scipy.sparse as sparse
    from scipy.sparse.csgraph import connected_components

    _, weld = np.unique(vertices.round(5), axis=0, return_inverse=True)
    weld = weld.reshape(-1)
    place = np.zeros((weld.max() + 1, 3))
    place[weld] = vertices
    t = weld[triangles]
    edges, count = np.unique(np.sort(np.concatenate([t[:, [0, 1]], t[:, [1, 2]], t[:, [2, 0]]]), 1), axis=0, return_counts=True)
    edges = edges[count == 1]
    _, group = connected_components(sparse.coo_matrix((np.ones(len(edges)), edges.T), (len(place),) * 2), False)
    loops = [place[np.unique(edges)[group[np.unique(edges)] == g]] for g in np.unique(group[edges])]
    eyes = [loop for loop in loops if np.ptp(loop[:, 1]) < 0.02 and np.abs(loop[:, 1]).max() < 0.02]
    right, left = sorted(eyes, key=lambda loop: loop[:, 0].mean())
    return np.stack([right[right[:, 0].argmin()], right[right[:, 0].argmax()], left[left[:, 0].argmin()], left[left[:, 0].argmax()]])


def _similarity(a, b):
    """(scale, rotation, translation) that takes points a onto b."""
    ma, mb = a.mean(0), b.mean(0)
    U, s, Vt = np.linalg.svd((a - ma).T @ (b - mb))
    sign = np.sign(np.linalg.det(U @ Vt))
    R = (U @ np.diag([1, 1, sign]) @ Vt).T
    scale = (s * [1, 1, sign]).sum() / ((a - ma) ** 2).sum()
    return scale, R, mb - scale * R @ ma


def _tips(vertices, eyes, unit):
    """Nose tip and chin of a face that looks along +z; `unit`: distance of the eyes."""
    p = vertices - eyes.mean(0)
    middle = np.flatnonzero((np.abs(p[:, 0]) < 0.07 * unit) & (p[:, 2] > -0.8 * unit))
    nose = middle[(p[middle, 1] < 0) & (p[middle, 1] > -1.1 * unit)]
    chin = middle[(p[middle, 1] < -1.25 * unit) & (p[middle, 1] > -2.3 * unit)]
    return np.stack([vertices[nose[p[nose, 2].argmax()]], vertices[chin[(0.7 * p[chin, 2] - 0.7 * p[chin, 1]).argmax()]]])


def register(folder, start, skin, eyes, corners, visible):
    """Our average head `start` (V,3) bent onto the avatars' average.

    `skin`: triangles (T,3) into vertices; `eyes` (2,3) centres, left first; `corners` (4,) vertices at the eyes' corners;
    `visible` (V,) bool: skin that can be seen. -> bent vertices (V,3), Surface of the avatar in our frame, its uv.
    """
    import scipy.sparse as sparse
    import scipy.sparse.linalg as solvers

    from packing.scans import _laplacian

    theirs, uv, triangles, their_eyes = _average_avatar(folder)
    unit, their_unit = np.linalg.norm(eyes[0] - eyes[1]), np.linalg.norm(their_eyes[0] - their_eyes[1])
    used = np.unique(skin)
    marks = np.concatenate([start[corners], _tips(start[used], eyes, unit)])
    their_marks = np.concatenate([_corners_of_eyes(theirs, triangles), _tips(theirs, their_eyes, their_unit)])
    s, R, t = _similarity(np.concatenate([their_marks, their_eyes]), np.concatenate([marks, eyes]))
    Q = s * theirs @ R.T + t
    wanted = s * their_marks @ R.T + t
    print('skins: marks', np.abs(wanted - marks).max().round(3), 'dm apart at the start')
    near = ((np.abs(Q - eyes.mean(0)) < [1.3, 2.2, 3]).all(1))[triangles].all(1)
    surface = Surface(Q, triangles[near])
    place = np.full(len(start), -1)
    place[used] = np.arange(len(used))
    X, T, seen = start[used].astype(np.float64), place[skin], visible[used]
    at = np.array([np.linalg.norm(X - mark, axis=1).argmin() for mark in marks])
    smooth, Y = _laplacian(T, len(used)), X.copy()
    for stiffness, weight in STIFFNESS:
        distance, hit, bary = surface.closest(Y, 4)
        target = (bary[:, :, None] * Q[surface.T[hit]]).sum(1)
        ok = seen & ((_normals(Y, T) * surface.normals[hit]).sum(1) > 0.5) & (distance < 0.4) & (X[:, 1] > 5.9)
        pull = ok.astype(float)
        right = pull[:, None] * (target - X)
        pull[at] += weight
        right[at] += weight * (wanted - X[at])
        A = (stiffness * smooth).T @ (stiffness * smooth) + sparse.diags(pull + 1e-6)
        Y = X + solvers.splu(A.tocsc()).solve(right)
    print(f'skins: {ok.sum()} vertices lie {distance[ok].mean() * 100:.2f} mm from the avatars\' average')
    bent = start.astype(np.float64).copy()
    bent[used] = Y
    return bent, surface, uv


def rectangle(start, vertex, uv):
    """(u0, v0, u1, v1) around the face: what lies in front of the ears, from the hairline to below the chin."""
    p = start[vertex]
    face = (p[:, 2] > 0.45) & (p[:, 1] > 6.0) & (p[:, 1] < 8.1) & (np.abs(p[:, 0]) < 0.72) & (uv[:, 0] > 0.66) & (uv[:, 1] > 0.3)
    face &= uv[:, 1] < 0.7
    low, high = uv[face].min(0) - 0.01, uv[face].max(0) + 0.01
    return np.array([*low, *np.minimum(high, 1)], np.float32)


def _texels(rect, triangles, uv):
    """-> triangle (H,W) or -1, barycentric (H,W,3) of every texel of the atlas; triangles reach a little over their edges."""
    width, height = SIZE
    at = (uv - rect[:2]) / (rect[2:] - rect[:2]) * [width, height]
    at[:, 1] = height - at[:, 1]
    of, bary = np.full((height, width), -1), np.zeros((height, width, 3))
    for i, t in enumerate(triangles):
        A = at[t]
        low, high = np.maximum(np.floor(A.min(0) - 1).astype(int), 0), np.minimum(np.ceil(A.max(0) + 1).astype(int), SIZE)
        if (high <= low).any():
            continue
        x, y = np.meshgrid(np.arange(low[0], high[0]) + 0.5, np.arange(low[1], high[1]) + 0.5)
        area = (A[1, 0] - A[0, 0]) * (A[2, 1] - A[0, 1]) - (A[2, 0] - A[0, 0]) * (A[1, 1] - A[0, 1])
        if abs(area) < 1e-9:
            continue
        w1 = ((x - A[0, 0]) * (A[2, 1] - A[0, 1]) - (A[2, 0] - A[0, 0]) * (y - A[0, 1])) / area
        w2 = ((A[1, 0] - A[0, 0]) * (y - A[0, 1]) - (x - A[0, 0]) * (A[1, 1] - A[0, 1])) / area
        inside = (w1 > -0.05) & (w2 > -0.05) & (w1 + w2 < 1.05)
        here = slice(low[1], high[1]), slice(low[0], high[0])
        of[here][inside] = i
        bary[here][inside] = np.stack([1 - w1 - w2, w1, w2], -1)[inside]
    return of, bary


def _resized(image, size, how=Image.BICUBIC):
    return np.stack([np.asarray(Image.fromarray(np.ascontiguousarray(image[..., c])).resize(size, how))
                     for c in range(image.shape[2])], -1)


def blur(image, sigma, weight=None):
    """Gaussian blur of (H,W,C), of what `weight` (H,W) lets count; wide ones at a reduced size."""
    from scipy.ndimage import gaussian_filter

    h, w, _ = image.shape
    weight = np.ones((h, w), np.float32) if weight is None else weight.astype(np.float32)
    both = np.concatenate([image * weight[..., None], weight[..., None]], -1).astype(np.float32)
    factor = 8 if sigma > 20 else 1
    if factor > 1:
        both = _resized(both, (w // factor, h // factor), Image.BOX)
    both = np.stack([gaussian_filter(both[..., c], sigma / factor, truncate=2.5) for c in range(both.shape[2])], -1)
    if factor > 1:
        both = _resized(both, (w, h), Image.BILINEAR)
    return both[..., :-1] / np.maximum(both[..., -1:], 1e-4)


def _clean(colour, trust, above, side):
    """Linear skin (H,W,3) without painted hair on the forehead and temples, and without baked light.

    `above`, `side` (H,W): height over the eyes and distance from the middle, in eye distances.
    """
    cheeks = (trust > 0.9) & (above < -0.2) & (above > -0.9)
    skin = np.median(colour[cheeks], 0)
    odd = np.log((skin.mean() + 1e-3) / (colour.mean(-1) + 1e-3))
    odd = np.where(above > 0.5, np.abs(odd), odd)
    where = np.maximum(np.clip((above - 0.5) / 0.1, 0, 1), np.clip((side - 0.8) / 0.1, 0, 1) * np.clip((above + 0.6) / 0.2, 0, 1))
    hair = np.clip((odd - 0.3) / 0.15, 0, 1) * where
    hair = np.clip(2 * blur(hair[..., None].astype(np.float32), 7)[..., 0], 0, 1) * where
    hair = np.maximum(hair, np.clip((above - 0.6) / 0.22, 0, 1))[..., None]  # no avatar shows more forehead cleanly
    known = ((1 - hair[..., 0]) * (trust > 0.2)).astype(np.float32)
    share = blur(known[..., None], 40)
    filled = (blur(colour, 40, known) * share + 0.03 * skin) / (share + 0.03)
    colour = colour * (1 - hair) + filled * hair
    low = blur(colour.mean(-1, keepdims=True), 90, np.maximum(trust, 0.02))
    colour = colour / np.maximum(low / skin.mean(), 0.3) ** 0.6
    forehead = np.clip((above - 0.42) / 0.12, 0, 1)[..., None]  # shadows of hair; what is fine stays
    return (colour * (1 + forehead * (skin / np.maximum(blur(colour, 24), 0.01) - 1))).astype(np.float32)


def label_of(name):
    """'X_NHPI_F_2' -> [African, Asian, Caucasian, male]."""
    people, gender = [part for part in name.split('_') if part != 'X'][:2]
    return np.array([*ANCESTRY[people], gender == 'M'], np.float32)


def _jpeg(values):
    buffer = io.BytesIO()
    Image.fromarray(values).save(buffer, 'JPEG', quality=88)
    return np.frombuffer(buffer.getvalue(), np.uint8)


def _distinct(rows, count):
    """Indices of `count` rows, each the farthest from those before it."""
    chosen = [int(np.linalg.norm(rows - rows.mean(0), axis=1).argmin())]
    while len(chosen) < min(count, len(rows)):
        chosen.append(int(np.min([np.linalg.norm(rows - rows[c], axis=1) for c in chosen], 0).argmax()))
    return sorted(chosen)


def separate(skins, trust):
    """{name: linear (H,W,3)} -> tones and details, entries of the pack."""
    names, labels = list(skins), np.stack([label_of(name) for name in skins])
    small = [np.log(np.maximum(_resized(blur(skin, 24), TONE_SIZE), 0.004)) for skin in skins.values()]
    rows = np.stack(small).reshape(len(names), -1)
    weight = np.repeat(_resized(trust[..., None], TONE_SIZE).clip(0.02, 1).ravel(), 3)
    mean = rows.mean(0)
    U, size, axes = np.linalg.svd((rows - mean) * np.sqrt(weight), full_matrices=False)
    coefficient = U[:, :TONES] * np.sqrt(len(names))
    modes = np.linalg.lstsq(coefficient, rows - mean, rcond=None)[0]
    A = np.concatenate([labels[:, :3] * (1 - labels[:, 3:]), labels[:, :3] * labels[:, 3:]], 1)
    fit = np.linalg.solve(A.T @ A + 0.1 * np.eye(6), A.T @ coefficient)
    spread = (coefficient - A @ fit).std(0)
    details, thumbs, counts = [], [], _resized(trust[..., None], (320, 256)) > 0.8
    for skin, tone in zip(skins.values(), small):
        detail = np.clip(skin / np.exp(_resized(tone.astype(np.float32), SIZE)), 0, DETAIL_RANGE)
        thumbs.append((_resized(detail.mean(-1, keepdims=True), (320, 256)) * counts).ravel())
        details.append(np.sqrt(detail / DETAIL_RANGE))
    chosen = _distinct(np.stack(thumbs), TEXTURES)
    shape = TONE_SIZE[1], TONE_SIZE[0], 3
    out = {'tone.mean': mean.reshape(shape).astype(np.float32), 'tone.modes': modes.reshape(-1, *shape).astype(np.float32),
           'tone.fit': fit.reshape(2, 3, -1).transpose(1, 0, 2).astype(np.float32), 'tone.spread': spread.astype(np.float32),
           'pores.labels': labels[chosen]}
    out.update({'pores:' + names[i]: _jpeg((details[i] * 255 + 0.5).astype(np.uint8)) for i in chosen})
    print('skins: textures', ' '.join(names[i] for i in chosen))
    return out


def read(folder, start, skin, eyes, corners, visible):
    """-> entries of the pack. `skin`: (triangles into corners, corners' vertices, their uv); others as register()."""
    triangles, vertex, uv = skin
    bent, surface, their_uv = register(folder, start, vertex[triangles], eyes, corners, visible)
    rect = rectangle(start, vertex, uv)
    of, bary = _texels(rect, triangles, uv)
    ys, xs = np.nonzero(of >= 0)
    corner, weight = vertex[triangles[of[ys, xs]]], np.clip(bary[ys, xs], 0, None)
    weight = (weight / weight.sum(1, keepdims=True))[:, :, None]
    rest = (weight * start[corner]).sum(1)
    distance, hit, where = surface.closest((weight * bent[corner]).sum(1), 4)
    at = (where[:, :, None] * their_uv[surface.T[hit]]).sum(1)
    unit = np.linalg.norm(eyes[0] - eyes[1])
    height, side, front = (rest[:, 1] - eyes[:, 1].mean()) / unit, np.abs(rest[:, 0]) / unit, rest[:, 2]
    smooth = lambda x: np.clip(x, 0, 1) ** 2 * (3 - 2 * np.clip(x, 0, 1))
    counts = smooth((front - 0.45) / 0.35) * smooth((1.2 - height) / 0.3) * smooth((height + 2.15) / 0.3) * smooth((1.2 - side) / 0.2)
    trust, above, aside = np.zeros(of.shape, np.float32), np.full(of.shape, -9, np.float32), np.zeros(of.shape, np.float32)
    trust[ys, xs] = counts * (distance < 0.15)
    above[ys, xs], aside[ys, xs] = height, side
    skins = {}
    for path in sorted(glob.glob(os.path.join(folder, 'valid-heads/*.npz'))):
        name = os.path.basename(path)[:-4].replace('_Casual', '')
        if name in LEFT_OUT:
            continue
        picture = to_linear(np.asarray(Image.open(path[:-4] + '.head.jpg').convert('RGB'), np.float32) / 255)
        u = np.clip(at[:, 0] * CROP - 0.5, 0, picture.shape[1] - 2)
        v = np.clip(at[:, 1] * CROP - 0.5, 0, picture.shape[0] - 2)
        x, y, fx, fy = u.astype(int), v.astype(int), (u % 1)[:, None], (v % 1)[:, None]
        row = lambda y: picture[y, x] * (1 - fx) + picture[y, x + 1] * fx
        colour = np.zeros((*of.shape, 3), np.float32)
        colour[ys, xs] = row(y) * (1 - fy) + row(y + 1) * fy
        clean = _clean(colour, trust, above, aside)
        clean[of < 0] = np.median(clean[trust > 0.9], 0)
        skins[name] = clean
    buffer = io.BytesIO()
    Image.fromarray((blur(trust[..., None], 8)[..., 0] * 255).astype(np.uint8)).resize((SIZE[0] // 2, SIZE[1] // 2)).save(buffer, 'PNG')
    return {'face.rect': rect, 'face.trust': np.frombuffer(buffer.getvalue(), np.uint8), **separate(skins, trust)}
