"""Scanned shapes for the pack: the identity modes and expressions of ICT-FaceKit (MIT), carried onto our base mesh.

Input is a folder with `ict-on-makehuman/ict-targets.npz` (registration of our average head onto the ICT neutral and the
100 identity modes of Light Stage scans on our vertices) and `ict-facekit/ict-facekit.npz` (their own mesh). Written to the
pack: `scan.base` (our average) + `scan.mean` + sum of `scan.modes`; `scan.fit`, which says where an ancestry, gender and
age of the CC0 targets lies among those modes; and the targets `ict/NAME`, one for each of their expressions.
"""
import os

import numpy as np

MODES = 64  # of 100; the rest moves a vertex by less than 0.07 mm
SMOOTH, HELD = 1e-7, 1e4


def _laplacian(triangles, count):
    import scipy.sparse as sparse

    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    edges = np.unique(np.sort(edges, 1), axis=0)
    both = np.concatenate([edges, edges[:, ::-1]])
    joined = sparse.coo_matrix((np.ones(len(both)), both.T), (count, count)).tocsr()
    degree = np.maximum(np.asarray(joined.sum(1)).ravel(), 1)
    return sparse.eye(count) - sparse.diags(1 / degree) @ joined


class Transfer:
    """Fields on ICT's vertices -> fields on the pack's: barycentric where registered, smooth elsewhere, none on the chest."""

    def __init__(self, given, skin_triangles):
        import scipy.sparse as sparse
        import scipy.sparse.linalg as solvers
        from scipy.spatial import cKDTree

        self.base = given['base'].astype(np.float64)
        self.vertex, self.triangle = given['correspondenceVertex'], given['correspondenceTriangle']
        self.weight, self.valid = given['correspondenceBarycentric'][:, :, None], given['valid']
        self.turn = float(given['scale']) * given['rotation'].T
        place = np.full(len(self.base), -1)
        place[self.vertex] = np.arange(len(self.vertex))
        height = self.base[self.vertex, 1]
        self.fade = np.clip((height - 4.7) / 0.7, 0, 1)[:, None]
        smooth = _laplacian(place[skin_triangles], len(self.vertex))
        held = np.where(self.valid | (height < 4.6), HELD, SMOOTH)
        self.solver = solvers.splu((smooth.T @ smooth + sparse.diags(held)).tocsc())
        self.others = np.setdiff1d(np.arange(len(self.base)), self.vertex)
        known = np.flatnonzero(self.valid)
        distance, near = cKDTree(self.base[self.vertex[known]]).query(self.base[self.others], k=12)
        weight = 1 / (distance ** 2 + 1e-4)
        self.near, self.near_weight = known[near], (weight / weight.sum(1, keepdims=True))[:, :, None]

    def __call__(self, field):
        """(26719,3) centimetres of ICT -> (V,3) decimetres of the pack."""
        moved = (self.weight * field[self.triangle]).sum(1) @ self.turn
        solved = self.solver.solve(np.where(self.valid[:, None], moved * self.fade, 0) * HELD)
        out = np.zeros_like(self.base)
        out[self.vertex] = solved
        out[self.others] = (self.near_weight * solved[self.near]).sum(1)
        return out.astype(np.float32)


def fit_macros(base, vertex, modes, offset, macros):
    """Least squares of macro displacements in [modes | translation | size], on the face's registered vertices.

    macros: {name: (index, displacement)}; `offset` (V,3) is the mesh without targets minus `base`.
    -> names, coefficients (1 + n, K + 4), of `offset` first. People of that ancestry, gender and age lie around them.
    """
    centre = base[vertex].mean(0)
    columns = [mode[vertex].reshape(-1) for mode in modes]
    columns += [np.tile(axis, (len(vertex), 1)).reshape(-1) for axis in np.eye(3)]
    columns.append((base[vertex] - centre).reshape(-1))
    A = np.stack(columns, 1).astype(np.float64)
    ridge = np.full(A.shape[1], 1e-2)
    ridge[-4:] = 1e-9
    inverse = np.linalg.solve(A.T @ A + np.diag(ridge), A.T)
    rows = [inverse @ offset[vertex].reshape(-1)]
    for index, delta in macros.values():
        dense = np.zeros_like(base)
        dense[index] = delta
        rows.append(inverse @ dense[vertex].reshape(-1))
    return list(macros), np.stack(rows).astype(np.float32), centre.astype(np.float32)


# The usual 68 landmarks as vertices of ICT-FaceKit's mesh, from its README.
LANDMARKS = [1225, 1888, 1052, 367, 1719, 1722, 2199, 1447, 966, 3661, 4390, 3927, 3924, 2608, 3272, 4088, 3443, 268, 493, 1914, 2044,
             1401, 3615, 4240, 4114, 2734, 2509, 978, 4527, 4942, 4857, 1140, 2075, 1147, 4269, 3360, 1507, 1542, 1537, 1528, 1518,
             1511, 3742, 3751, 3756, 3721, 3725, 3732, 5708, 5695, 2081, 0, 4275, 6200, 6213, 6346, 6461, 5518, 5957,
             5841, 5702, 5711, 5533, 6216, 6207, 6470, 5517, 5966]
EYE_CORNERS = 36, 39, 42, 45


def landmarks(folder, start, skin):
    """Our vertices (68,) nearest to LANDMARKS. `start` (V,3): average scan on our mesh; `skin`: vertices to choose from."""
    given = np.load(os.path.join(folder, 'ict-on-makehuman/ict-targets.npz'))
    neutral = np.load(os.path.join(folder, 'ict-facekit/ict-facekit.npz'))['neutral'][LANDMARKS]
    at = float(given['scale']) * neutral @ given['rotation'].T + given['translation']
    return np.array([skin[np.linalg.norm(start[skin] - mark, axis=1).argmin()] for mark in at])


def registered(folder, count):
    """(count,) bool: vertices of the full pack that lie on the scans' visible skin."""
    given = np.load(os.path.join(folder, 'ict-on-makehuman/ict-targets.npz'))
    out = np.zeros(count, bool)
    out[given['correspondenceVertex'][given['valid']]] = True
    return out


def read(folder, vertices, skin_triangles, lashes, macros, modes=MODES):
    """-> entries of the pack, {`ict/NAME`: (V,3) decimetres}. `vertices` (V,3): base mesh, the full pack's selection.

    `skin_triangles`, `lashes`, `macros` ({name: (index, displacement)}) index those.
    """
    given = np.load(os.path.join(folder, 'ict-on-makehuman/ict-targets.npz'))
    if len(given['base']) != len(vertices):
        raise SystemExit(f'{folder}: the scans are registered on {len(given["base"])} vertices, the pack has {len(vertices)}')
    base, shapes = given['base'], given['modes'][:modes].astype(np.float32)
    face = given['correspondenceVertex'][given['valid']]
    face = face[(base[face, 2] > 0.35) & (base[face, 1] > 6.0)]
    names, fit, centre = fit_macros(base, face, shapes, vertices - base, macros)
    out = {'scan.base': base.astype(np.float32), 'scan.mean': given['mean'], 'scan.modes': shapes.astype(np.float16),
           'scan.fit': fit, 'scan.fitCentre': centre, 'scan.fitNames': np.array('\n'.join(names))}
    source = np.load(os.path.join(folder, 'ict-facekit/ict-facekit.npz'))
    transfer = Transfer(given, skin_triangles)
    moving = np.zeros(len(base), np.float32)  # skin and lashes follow an expression; teeth, tongue and eyes do not
    moving[transfer.vertex] = moving[lashes] = 1
    expressions = {'ict/' + str(name): transfer(field.astype(np.float64)) * moving[:, None]
                   for name, field in zip(source['expressionNames'], source['expression'])
                   if not str(name).startswith(('Pupil', 'jaw'))}
    return out, expressions
