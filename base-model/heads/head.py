"""From the latent to a head's parameters: `describe(map, x, named)` -> a plain dictionary, deterministic."""
import math

import numpy as np

from heads import expressions as ex
from heads.latent import ASYMMETRIES, BROWS, COMPLEXION, FRAMES, HAIR, IRIS, WORN, normal_cdf


def _softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def _strands(x, style, head):
    length, volume, wave, part, recede, crown, comb, density = (float(v) for v in np.clip(x, -2.5, 2.5))
    old = head['male'] * head['age']
    return {'style': style, 'length': normal_cdf(length), 'volume': 0.05 * volume,
            'wave': 0.09 / (1 + math.exp(-(1.6 * (wave - 1.2) + 3 * head['race'][0]))), 'part': part,
            'recede': float(np.clip(0.42 * recede + 0.5 * old - 0.3, 0, 1.1)),
            'crown': float(np.clip(0.42 * crown + 0.6 * old - 0.5, 0, 1.1)), 'mix': normal_cdf(comb),
            'density': math.exp(0.15 * density), 'roots': 0.1 + 0.5 * normal_cdf(length) if style == 'bald' else 0.85}


def _beard(x, male):
    amount, length, *zones = (float(v) for v in np.clip(x, -2.5, 2.5))
    return {'amount': male * float(np.clip((amount - 0.3) / 0.6, 0, 1)), 'length': 0.02 * math.exp(3.1 * normal_cdf(length)),
            'zones': [float(np.clip(a + b * z, 0, 1)) for z, a, b in zip(zones, (0.8, 0.95, 0.7), (0.5, 0.5, 0.6))]}


def _glasses(x):
    """None where none are worn."""
    worn, size, dark, low = (float(v) for v in np.clip(x[[0, 7, 8, 9]], -2.5, 2.5))
    if worn < WORN:
        return None
    colour = math.exp(-2.5 - 1.2 * dark) * np.array([1, 0.85, 0.7])
    share = dict(zip(FRAMES, _softmax(3 * np.asarray(x[1:7], np.float64))))
    return {'share': share, 'size': 1 + 0.07 * size, 'down': 0.03 + 0.02 * low, 'colour': np.minimum(colour, 0.7)}


def _complexion(x, head):
    c = {name: float(v) for name, v in zip(COMPLEXION, np.clip(x, -2.5, 2.5))}
    makeup = (1 - head['male']) * float(np.clip(c['makeup'] + 0.2, 0, 1.5)) / 1.5
    dark, red = c['lipDark'], c['lipRed']
    return {'flush': c['flush'], 'freckles': float(np.clip(c['freckles'] - 0.6, 0, 2)) * float(head['race'][2]),
            'freckleDark': math.exp(0.3 * c['freckleDark']), 'uneven': [c[f'uneven{i}'] for i in range(3)],
            'moles': [math.copysign(float(np.clip(abs(c[f'mole{i}']) - 1, 0, 1)), c[f'mole{i}']) for i in range(6)], 'lips': makeup,
            'lipColour': -(0.35 + 0.25 * dark) * np.array([0.6, 1.3, 1.0]) + 0.25 * red * np.array([0.8, -0.4, -0.2]),
            'lids': makeup * float(np.clip(0.45 + 0.4 * c['eyeMakeup'], 0, 1.2)),
            'liner': makeup * float(np.clip(0.5 + 0.5 * c['eyeMakeup'], 0, 1))}


def describe(latent, x, named=None):
    """Parameters of the head x (D,) float; `named` (52 + 11,) overrides expressions and hair style (latent.named)."""
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
    head['strands'] = _strands(at('strands'), HAIR[int(np.argmax(named[len(ex.NAMES):]))][0], head)
    h = at('hairColour')
    luminance = min(0.45, math.exp(-2.6 + 0.75 * h[0] - 0.9 * (1 - head['race'][2])))
    grey = 1 / (1 + math.exp(-(6 * (head['age'] - 0.8) + 1.2 * (h[2] - 1.2))))
    colour = luminance * np.array([1.25, 0.85, 0.55]) ** (1 + 0.35 * h[1])
    head['hairColour'] = colour * (1 - grey) + np.array([0.34, 0.335, 0.32]) * min(1.5, 0.7 + luminance) * grey
    head['beard'], head['glasses'] = _beard(at('beard'), head['male']), _glasses(at('glasses'))
    head['beardColour'] = head['hairColour'] * np.array([1.1, 0.92, 0.85])
    head['complexion'] = _complexion(at('complexion'), head)
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
