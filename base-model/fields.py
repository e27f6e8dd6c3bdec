"""Displacement fields for ARKit shapes the data has no unit for: smooth masks times simple motions, in decimetres.

Masks come from the data itself, so they follow the mesh: the jaw is what `mouth-open` moves; the lips are what the
lip targets move, split into upper and lower at the line where `mouth-open` starts to pull.
"""
import numpy as np


def _dense(assets, key):
    index, delta = assets.targets[key]
    out = np.zeros_like(assets.V)
    out[index] = delta
    return out


def _unit(mask):
    return mask / max(float(mask.max()), 1e-9)


def _bump(x, centre, radius):
    """exp(-|x - centre|^2 / radius^2) per axis radius; x (V,3) -> (V,)."""
    return np.exp(-(((x - np.asarray(centre)) / np.asarray(radius)) ** 2).sum(1))


def make_fields(assets):
    """-> {'field:name': (index (M,), displacement (M,3) float32)}."""
    V = assets.V
    drop = _dense(assets, 'caucasian/mouth-open')
    jaw = _unit(np.linalg.norm(drop, axis=1))
    corner = _dense(assets, 'caucasian/mouth-corner-puller')
    lips_at = V[np.linalg.norm(corner, axis=1) > 0.1].mean(0)  # middle of the mouth
    line = lips_at[1]
    front = 1 / (1 + np.exp(-(V[:, 2] - (lips_at[2] - 0.35)) / 0.05))  # not the back of the mouth
    lip = _bump(V, lips_at, (0.34, 0.17, 0.45)) * front
    around = _bump(V, lips_at, (0.45, 0.30, 0.6)) * front
    lower = 1 / (1 + np.exp(np.clip((V[:, 1] - line) / 0.015, -40, 40)))
    upper = 1 - lower
    # At the slit between the lips neighbours belong to one lip or the other; the jaw mask decides there.
    own = np.abs(V[:, 1] - line) < 0.06
    lower = np.where(own, (jaw > 0.45).astype(np.float32), lower)
    upper = np.where(own, 1 - lower, upper)
    eye = {side: V[index].mean(0) for side, index in (('left', assets.eye_left), ('right', assets.eye_right))}

    def move(mask, x, y, z):
        return mask[:, None] * np.array([x, y, z], np.float32)

    fields = {
        'jawLeft': move(jaw, 0.13, 0, 0),
        'jawForward': move(jaw, 0, 0.02, 0.15),
        'mouthLeft': move(around, 0.16, 0, -0.02),
        'rollLower': move(lip * lower, 0, 0.055, -0.11),
        'rollUpper': move(lip * upper, 0, -0.045, -0.10),
        'shrugLower': move(around * lower, 0, 0.11, 0.035) + move(lip * upper, 0, 0.04, 0.02),
        'shrugUpper': move(around, 0, 0.045, 0.025) + move(lip * upper, 0, 0.015, 0.03),
    }
    puff = np.zeros_like(V)
    for sign, word in ((1, 'left'), (-1, 'right')):
        cheek = np.array([sign * 0.44, line + 0.08, lips_at[2] - 0.25])
        puff += move(_bump(V, cheek, (0.24, 0.26, 0.34)) * (V[:, 2] > 0.3), sign * 0.15, 0.01, 0.12)
        high = np.array([sign * 0.36, eye[word][1] - 0.33, lips_at[2] - 0.12])
        fields['cheekUp' + word] = move(_bump(V, high, (0.26, 0.20, 0.4)), sign * 0.02, 0.17, 0.10)
        at = np.array([sign * 0.26, line, lips_at[2] - 0.08])
        fields['cornerIn' + word] = move(_bump(V, at, (0.10, 0.13, 0.2)), sign * 0.03, 0.015, -0.07)
    fields['cheekPuff'] = puff
    out = {}
    for name, field in fields.items():
        index = np.flatnonzero(np.abs(field).max(1) > 4e-4)
        out['field:' + name] = index, field[index].astype(np.float32)
    return out
