"""From the latent to a head's parameters: `describe(map, x, named)` -> a plain dictionary, deterministic."""
import math

import numpy as np

import expressions as ex
from latent import ASYMMETRIES, BROWS, HAIR, IRIS, normal_cdf


def _softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def describe(latent, x, named=None):
    """Parameters of the head x (D,) float; `named` (52 + 10,) overrides expressions and hair style (latent.named)."""
    at = lambda name: x[latent.at[name]]
    named = latent.named(x) if named is None else named
    head = {'age': normal_cdf(at('age')[0]) ** 1.3, 'male': 1 / (1 + math.exp(-4 * at('gender')[0])),
            'race': _softmax(1.6 * at('race')), 'weight': float(np.clip(0.5 * at('weight')[0], -1, 1)),
            'muscle': float(np.clip(0.4 * at('muscle')[0], -1, 1))}
    targets = []
    for item, value in zip(latent.details, at('detail')):
        if item['negative']:
            w = float(np.clip(item['scale'] * value, -1, 1))
            target = item['positive'] if w > 0 else item['negative']
        else:
            w, target = float(np.clip(item['scale'] * max(0, value - 0.4), 0, 1)), item['positive']
        if abs(w) > 0.004:
            targets.append((target, abs(w)))
            if item['twin']:
                targets.append((target.replace('/l-', '/r-'), abs(w)))
    for name, value in zip(ASYMMETRIES, at('asymmetry')):
        w = float(np.clip(0.15 * value, -0.6, 0.6))
        targets.append((f'asym/asym-{name}-{"l" if w > 0 else "r"}', abs(w)))
    head['targets'] = targets
    head['scan'] = at('scan')
    head['lids'] = float(np.clip(0.10 + 0.07 * at('lids')[0], -0.05, 0.3))
    s = at('skin')
    head['skin'] = np.exp(s[0] * np.array([0.10, 0.15, 0.20]) + s[1] * np.array([0.03, -0.05, -0.03]) + 0.06 * s[2])
    head['tone'], head['texture'] = at('tone'), at('texture')
    style = HAIR[int(np.argmax(named[len(ex.NAMES):]))]
    head['hair'], head['hairMirrored'] = style[1], style[2]
    h = at('hairColour')
    luminance = min(0.45, math.exp(-2.6 + 0.75 * h[0] - 0.9 * (1 - head['race'][2])))
    grey = 1 / (1 + math.exp(-(6 * (head['age'] - 0.8) + 1.2 * (h[2] - 1.2))))
    colour = luminance * np.array([1.25, 0.85, 0.55]) ** (1 + 0.35 * h[1])
    head['hairColour'] = colour * (1 - grey) + np.array([0.34, 0.335, 0.32]) * min(1.5, 0.7 + luminance) * grey
    iris = 2 * np.array(at('iris'), np.float64)
    iris[0] += 1.5 * (1 - head['race'][2]) + 0.4
    head['iris'] = dict(zip(IRIS, _softmax(iris)))
    head['brow'] = BROWS[min(len(BROWS) - 1, int(normal_cdf(at('browStyle')[0]) * len(BROWS)))]
    head['browColour'] = np.minimum(head['hairColour'], 0.12) * 0.9 * math.exp(0.3 * at('browDark')[0])
    head['light'] = np.array(at('light'))
    warm, green = np.clip(at('balance'), -2.5, 2.5)
    head['camera'] = math.exp(0.15 * float(np.clip(at('exposure')[0], -2.5, 2.5))) * np.exp(
        0.05 * warm * np.array([1, 0, -1]) + 0.02 * green * np.array([-0.5, 1, -0.5]))
    head['shoulders'] = np.clip(at('shoulders') * [0.22, 0.10], [-0.6, -0.3], [0.6, 0.3])
    head['shirt'] = np.array([normal_cdf(v) * 0.55 + 0.03 for v in at('shirt')])
    head['expression'] = {n: float(e) for n, e in zip(ex.NAMES, named) if e > 0}
    head['turn'] = {side: np.sum([np.multiply(ex.EYE_TURN[n], head['expression'].get(n, 0)) for n in ex.EYE_TURN
                                  if n.endswith(side)], axis=0) for side in ('Left', 'Right')}
    return head
