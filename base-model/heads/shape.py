"""Geometry of a head: targets on the base mesh, proxies fitted to it, alignment to EG3D units."""
import math

import numpy as np

from heads.expressions import EXPRESSIONS
from heads.latent import RACES

MACRO_MODES, MACRO_REST = 0.8, 0.4  # of ancestry, gender, age: what scanned modes can say, and the rest
LID_OVERLAP = 0.08  # of the lid's travel: lids that meet in the middle of the eye alone leave a slit beside it
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


def _macros(head):
    """[(target, weight)] of ancestry, gender, age, muscle and weight."""
    out = []
    for gender, wg in (('female', 1 - head['male']), ('male', head['male'])):
        for age, wa in (('old', head['age']), ('young', 1 - head['age'])):
            for race, wr in zip(RACES, head['race']):
                out.append((f'macrodetails/{race}-{gender}-{age}', wr * wg * wa))
            for muscle, wm in _three(head['muscle'], 'muscle').items():
                for weight, ww in _three(head['weight'], 'weight').items():
                    out.append((f'macrodetails/universal-{gender}-{age}-{muscle}-{weight}', wg * wa * wm * ww))
    return out


def _scanned(assets, head, V):
    """V with the macro targets -> the scanned shape `head['scan']` of people like that.

    The macros' best fit among the scanned modes moves the centre of the distribution; what the modes cannot say (necks,
    ears, folds) stays at MACRO_REST, without the translation and size that alignment takes out anyway.
    """
    s = assets.scan
    fit = s.fit_base + sum(np.float32(weight) * s.fit[key] for key, weight in _macros(head) if key in s.fit)
    like, (x, y, z, size) = fit[:s.count], fit[s.count:]
    shape = np.asarray(head['scan'], np.float32)[:s.count]
    rest = V - s.base - np.array([x, y, z]) - size * (s.base - s.centre)
    out = s.start + np.float32(MACRO_REST) * rest
    weights = shape + like * np.float32(MACRO_MODES - MACRO_REST)
    out[s.moved] += (weights.astype(np.float32) @ s.modes).reshape(-1, 3)
    return out.astype(np.float32)


def _lid_gains(assets, V):
    """{blink of a side: gain}: how far the lids are apart, relative to the mesh that the blink is made for."""
    return {'ict/eyeBlink_' + side[0]: float(np.clip((V[upper, 1] - V[lower, 1]) / gap, 0.5, 1.7))
            for side, (upper, lower, gap) in assets.lids.items()}


def _closed(assets, V):
    """Skin that a lid's motion took into an eyeball is put back onto it."""
    for index, reach in ((assets.eye_left, assets.lid_skin['Left']), (assets.eye_right, assets.lid_skin['Right'])):
        centre = V[index].mean(0)
        radius = np.linalg.norm(V[index] - centre, axis=1).mean()
        away = V[reach] - centre
        distance = np.linalg.norm(away, axis=1)
        front = (distance < radius) & (away[:, 2] > 0)
        V[reach[front]] = centre + away[front] * (radius / distance[front])[:, None]


def morph(assets, head):
    """-> vertices with the expression (V,3) and of the neutral face (V,3), decimetres."""
    V = assets.V.copy()
    for key, weight in _macros(head):
        _add(assets, V, key, weight)
    V = _scanned(assets, head, V)
    for key, weight in head['targets']:
        _add(assets, V, key, weight)
    gains = _lid_gains(assets, V)
    for source, gain in gains.items():
        _add(assets, V, source, head['lids'] * gain)
    neutral = V.copy()
    for name, amount in head['expression'].items():
        for source, weight, half in EXPRESSIONS[name]:
            closing = gains[source] * (1 + LID_OVERLAP * amount) if source in gains else 1
            _add_source(assets, V, head, source, amount * weight * closing, half)
    _closed(assets, V)
    return V, neutral


def turn_shoulders(V, yaw, pitch):
    """The bust below the neck turned against the head, radians; yaw > 0 turns the chest to the person's left."""
    share = np.clip((6.05 - V[:, 1]) / 0.75, 0, 1)
    share = share * share * (3 - 2 * share)
    axis = np.array([0, 5.9, 0.05])
    x, y, z = (V - axis).T
    a, b = yaw * share, pitch * share
    x, z = x * np.cos(a) + z * np.sin(a), z * np.cos(a) - x * np.sin(a)
    y, z = y * np.cos(b) - z * np.sin(b), y * np.sin(b) + z * np.cos(b)
    return (np.stack([x, y, z], 1) + axis).astype(np.float32)


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
