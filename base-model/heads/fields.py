"""Displacement fields of the jaw, which has no unit for going sideways or forward; teeth and tongue go with it.

The jaw is what `mouth-open` moves; decimetres.
"""
import numpy as np


def _dense(assets, key):
    index, delta = assets.targets[key]
    out = np.zeros_like(assets.V)
    out[index] = delta
    return out


def _unit(mask):
    return mask / max(float(mask.max()), 1e-9)


def make_fields(assets):
    """-> {'field:name': (index (M,), displacement (M,3) float32)}."""
    jaw = _unit(np.linalg.norm(_dense(assets, 'caucasian/mouth-open'), axis=1))[:, None]
    fields = {'jawLeft': jaw * np.array([0.13, 0, 0], np.float32), 'jawForward': jaw * np.array([0, 0.02, 0.15], np.float32)}
    out = {}
    for name, field in fields.items():
        index = np.flatnonzero(np.abs(field).max(1) > 4e-4)
        out['field:' + name] = index, field[index].astype(np.float32)
    return out
