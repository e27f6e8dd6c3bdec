"""Which scanned shape a rendered head has: the identity modes of scans.py fitted to its depth, and the proportions of that face.

The same estimate is made of the true head and of a base's fit to it, so that what depth cannot say is missing from both.
"""
import numpy as np

from drawing import camera

FITTED = 40  # identity modes that are fitted
ROUNDS, PRIOR = 10, 2e-7  # PRIOR: of a mode's square beside squared scene units a vertex
REACH, NEAREST = 0.03, 0.005  # scene units: surface that lies further off is another one; less in every round
# ICT-FaceKit's landmarks (their README's order of the usual 68): where the proportions of facts/prior.md section 6 are measured.
MEASURES = {'philtrum': (33, 51), 'nose width': (31, 35), 'nose protrusion': (30, 33), 'lip height': (51, 57), 'mouth width': (48, 54)}
CANTHI = 36, 45


def proportions(marks):
    """Landmarks (68,3) -> {measure: distance over that of the outer canthi}."""
    apart = np.linalg.norm(marks[CANTHI[0]] - marks[CANTHI[1]])
    return {name: float(np.linalg.norm(marks[a] - marks[b]) / apart) for name, (a, b) in MEASURES.items()}


def _places(scan):
    """Vertex -> its row among those that the modes move, -1 where none does."""
    place = np.full(len(scan.start), -1)
    place[scan.moved] = np.arange(len(scan.moved))
    return place


def _bent(scan, weights):
    """The average scan bent by the first identity modes: (V,3)."""
    V = scan.start.copy()
    V[scan.moved] += np.tensordot(weights, scan.modes[:len(weights)].reshape(len(weights), -1, 3), 1)
    return V


def spread(scan, landmarks, count=400, seed=1):
    """{measure: standard deviation among scanned people}."""
    rng, rows = np.random.default_rng(seed), []
    modes = scan.modes.reshape(scan.count, -1, 3)[:, _places(scan)[landmarks]]
    for _ in range(count):
        rows.append(proportions(scan.start[landmarks] + np.tensordot(rng.normal(size=scan.count), modes, 1)))
    return {name: float(np.std([row[name] for row in rows])) for name in MEASURES}


def _visible(start, triangles):
    """Vertices of the face's skin that can be seen: not those inside mouth, nose and sockets."""
    from drawing import raster
    from heads import shape

    skin = np.unique(triangles)
    at = start[skin]
    face = skin[(at[:, 2] > 0.75) & (at[:, 1] > 6.3) & (at[:, 1] < 7.9) & (np.abs(at[:, 0]) < 0.6)]
    ahead = np.array([[np.sin(yaw), 0, np.cos(yaw)] for yaw in (-0.6, 0, 0.6)])
    seen = raster.visibility(start, triangles, start[face], shape.normals(start, triangles)[face], ahead, 512, 0.03)
    return face[seen.max(0) > 0.5]


def _targets(points, normals, view, distance):
    """Where the rays through `points` (P,3) meet the surface that `distance` (S,S) shows -> points, and which count."""
    matrix, size = camera.cam2world(view), len(distance)
    local = (points - matrix[:3, 3]) @ matrix[:3, :3]
    u, v = ((local[:, :2] / local[:, 2:]) * view.focal * size + size / 2 - 0.5).T
    column, row = np.rint(u).astype(int), np.rint(v).astype(int)
    seen = (column >= 0) & (row >= 0) & (column < size) & (row < size)
    far = distance[row.clip(0, size - 1), column.clip(0, size - 1)]
    centred = lambda place: (place + 0.5 - size / 2) / size / view.focal
    pixel = np.stack([centred(column), centred(row), np.ones(len(points))], 1)
    ray = pixel / np.linalg.norm(pixel, axis=1, keepdims=True) @ matrix[:3, :3].T
    hit = matrix[:3, 3] + ray * far[:, None]
    facing = (normals * (matrix[:3, 3] - points)).sum(1) > 0.3 * np.linalg.norm(matrix[:3, 3] - points, axis=1)
    return hit, seen & facing & (far > 0.2)


def estimate(assets, landmarks, views, distances, centre, scale):
    """-> landmarks (68,3) of the scanned shape that lies nearest to the depth maps, decimetres.

    `views`: camera.View; `distances`: (S,S) along the rays, 0 where nothing is; (v - `centre`) * `scale` is where the average scan
    is to begin with, scene units.
    """
    from heads import shape

    scan = assets.scan
    used = min(FITTED, scan.count)
    modes = scan.modes.reshape(scan.count, -1, 3)[:used]
    place = _places(scan)
    triangles = assets.skin_whole[1][assets.skin_whole[0]]
    face = _visible(scan.start, triangles)
    face = face[place[face] >= 0]
    weights, R, s, t = np.zeros(used), np.eye(3), scale, -np.asarray(centre) * scale
    for done in range(ROUNDS):
        V = _bent(scan, weights)
        normal = shape.normals(V, triangles)[face] @ R.T
        p = s * V[face] @ R.T + t
        moved = s * modes[:, place[face]] @ R.T
        A, b = [], []
        for view, distance in zip(views, distances):
            hit, ok = _targets(p, normal, view, distance)
            off = ((hit - p) * normal).sum(1)
            ok &= np.abs(off) < max(REACH * 0.7 ** done, NEAREST)
            n = normal[ok]
            turn = np.cross(p[ok], n)
            A.append(np.concatenate([(moved[:, ok] * n).sum(-1).T, n, turn, (p[ok] * n).sum(1, keepdims=True)], 1))
            b.append(off[ok])
        A, b = np.concatenate(A), np.concatenate(b)
        ridge = np.concatenate([np.full(used, PRIOR * len(b)), np.full(7, 1e-9)])
        old = np.concatenate([weights, np.zeros(7)])
        step = np.linalg.solve(A.T @ A + np.diag(ridge), A.T @ b - ridge * old)
        weights = weights + step[:used]
        shift, turn, grow = step[used:used + 3], step[used + 3:used + 6], 1 + step[used + 6]
        angle = np.linalg.norm(turn)
        K = np.array([[0, -turn[2], turn[1]], [turn[2], 0, -turn[0]], [-turn[1], turn[0], 0]]) / max(angle, 1e-12)
        small = np.eye(3) + np.sin(angle) * K + (1 - np.cos(angle)) * K @ K
        R, s, t = small @ R, s * grow, grow * small @ t + shift
    return _bent(scan, weights)[landmarks]
