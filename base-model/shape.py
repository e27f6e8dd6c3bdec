"""Geometry of a head: targets on the base mesh, proxies fitted to it, alignment to EG3D units."""
import math

import numpy as np

from expressions import EXPRESSIONS
from latent import RACES

BROW_LIFT = 0.25  # of eyebrows-*-inner-up for everybody: the neutral mesh looks stern
EYES_AT = np.array([0, 0.005, 0.0875])  # eye midpoint of the neutral shape, scene units
EYE_DISTANCE, EYE_TO_MOUTH = 0.1327, 0.150  # what the scale aims at, geometric mean of the two


def _add(assets, V, key, weight, half=None):
    target = assets.targets.get(key)
    if target is None or abs(weight) < 1e-3:
        return
    index, delta = target
    V[index] += weight * (delta if half is None else delta * assets.half[half][index][:, None])


def _three(value, noun):
    return {('max' if value > 0 else 'min') + noun: abs(value), 'average' + noun: 1 - abs(value)}


def _add_source(assets, V, head, source, weight, half):
    if '/' in source or ':' in source:
        _add(assets, V, source, weight, half)
        return
    for race, share in zip(RACES, head['race']):
        key = f'{race}/{source}' if f'{race}/{source}' in assets.targets else f'caucasian/{source}'
        _add(assets, V, key, weight * share, half)


def morph(assets, head):
    """-> vertices with the expression (V,3) and of the neutral face (V,3), decimetres."""
    V = assets.V.copy()
    genders = {'female': 1 - head['male'], 'male': head['male']}
    ages = {'old': head['age'], 'young': 1 - head['age']}
    for gender, wg in genders.items():
        for age, wa in ages.items():
            for race, wr in zip(RACES, head['race']):
                _add(assets, V, f'macrodetails/{race}-{gender}-{age}', wr * wg * wa)
            for muscle, wm in _three(head['muscle'], 'muscle').items():
                for weight, ww in _three(head['weight'], 'weight').items():
                    _add(assets, V, f'macrodetails/universal-{gender}-{age}-{muscle}-{weight}', wg * wa * wm * ww)
    for key, weight in head['targets']:
        _add(assets, V, key, weight)
    for side in ('left', 'right'):
        _add_source(assets, V, head, f'eyebrows-{side}-inner-up', BROW_LIFT, None)
    neutral = V.copy()
    for name, amount in head['expression'].items():
        for source, weight, half in EXPRESSIONS[name]:
            _add_source(assets, V, head, source, amount * weight, half)
    return V, neutral


def fit(proxy, V):
    """Vertices of a proxy on the morphed base mesh, (P,3) decimetres."""
    scale = np.ones(3, np.float32)
    for axis, (a, b, d) in enumerate(proxy.scale):
        if d:
            scale[axis] = abs(V[int(a), axis] - V[int(b), axis]) / d
    return (V[proxy.index] * proxy.weight[:, :, None]).sum(1) + proxy.offset * scale


def fit_eyes(proxy, V, assets, turn):
    """Eyeballs turned about the centres of their helpers; turn {'Left': (yaw, pitch), 'Right': ...} in radians."""
    out = fit(proxy, V)
    left = out[:, 0] > 0
    for side, index, mine in (('Left', assets.eye_left, left), ('Right', assets.eye_right, ~left)):
        yaw, pitch = turn[side]
        cy, sy, cp, sp = math.cos(yaw), math.sin(yaw), math.cos(pitch), math.sin(pitch)
        turned = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]]) @ np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
        centre = V[index].mean(0)
        out[mine] = (out[mine] - centre) @ turned.T + centre
    return out


def fit_tongue(proxy, V, out):
    """The tongue, pushed out of the mouth by `out` 0..1: the tip travels most and drops a little."""
    points = fit(proxy, V)
    along = (points[:, 2] - points[:, 2].min()) / max(float(np.ptp(points[:, 2])), 1e-6)
    points[:, 2] += out * (0.12 + 0.42 * along ** 1.5)
    points[:, 1] += out * (0.03 - 0.16 * along ** 3)
    return points


def mirrored_hair(proxy, V):
    """The style's mirror image. The head is symmetric enough that mirroring the fitted mesh about x = 0 fits."""
    points = fit(proxy, V)
    points[:, 0] *= -1
    return points


def alignment(neutral, assets):
    """FFHQ-like: (centre (3,) dm, scale) so that scene = (v - centre) * scale puts eyes and mouth in their place."""
    left, right = neutral[assets.eye_left].mean(0), neutral[assets.eye_right].mean(0)
    eyes, mouth = (left + right) / 2, neutral[assets.mouth].mean(0)
    scale = math.sqrt(EYE_DISTANCE / np.linalg.norm(left - right) * EYE_TO_MOUTH / max(eyes[1] - mouth[1], 0.2))
    return np.array([0, eyes[1] - EYES_AT[1] / scale, eyes[2] - EYES_AT[2] / scale]), scale


def normals(V, triangles):
    """Area-weighted vertex normals (V,3)."""
    face = np.cross(V[triangles[:, 1]] - V[triangles[:, 0]], V[triangles[:, 2]] - V[triangles[:, 0]])
    out = np.zeros_like(V)
    for corner in range(3):
        for axis in range(3):
            out[:, axis] += np.bincount(triangles[:, corner], face[:, axis], len(V))
    return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
