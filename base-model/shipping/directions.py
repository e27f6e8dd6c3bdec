"""Directions in W from labels, in the format of runtime/latent/directionsJson.ts, and their crosstalk.

Expressions and hair styles are coordinates of w (naming.py): amount 1 is the full expression. A base that is trained
briefly moves less than it was shown; `strengths` of its proof lengthens its directions by that. Attributes are mean
offsets between labelled latents: amount 1 moves the label from the middle to 1.5 standard deviations.
"""
import json

import numpy as np
import torch

from heads import expressions as ex
from heads.latent import HAIR_NAMES

# name -> [(entry of the latent map, index in it, sign)]
ATTRIBUTES = {'age': [('age', 0, 1)], 'gender': [('gender', 0, 1)], 'weight': [('weight', 0, 1)], 'muscle': [('muscle', 0, 1)],
              'skinTone': [('skin', 0, 1), ('skin', 2, 1)], 'skinRedness': [('skin', 1, 1)],
              'hairLightness': [('hairColour', 0, 1)], 'hairWarmth': [('hairColour', 1, 1)], 'hairGrey': [('hairColour', 2, 1)],
              'hairLength': [('strands', 0, 1)], 'hairVolume': [('strands', 1, 1)], 'hairWave': [('strands', 2, 1)],
              'hairlineBack': [('strands', 4, 1)], 'crownBald': [('strands', 5, 1)], 'beard': [('beard', 0, 1)],
              'beardLength': [('beard', 1, 1)], 'glasses': [('glasses', 0, 1)], 'freckles': [('complexion', 1, 1)],
              'makeup': [('complexion', 12, 1)], 'african': [('race', 0, 1), ('race', 1, -.5), ('race', 2, -.5)],
              'asian': [('race', 1, 1), ('race', 0, -.5), ('race', 2, -.5)],
              'caucasian': [('race', 2, 1), ('race', 0, -.5), ('race', 1, -.5)],
              'lightAzimuth': [('light', 0, 1)], 'lightExposure': [('exposure', 0, 1)]}
FULL = 1.5  # standard deviations of a label at amount 1
RANGE = {'lightExposure': (-2, 2)}


STRONGEST = 1.3  # 1.6 draws dark folds beside a smile


def strengths(proof):
    """{expression: factor >= 1} from the `expressions` of evaluate.py's metrics.json: true change / the base's own, in size.

    Cosine and gain of difference images are <m, t> / |m||t| and <m, t> / |t|^2, so |t| / |m| = cosine / gain.
    """
    return {name: round(min(STRONGEST, max(1.0, value['cosine'] / max(value['gain'], 1e-6))), 2)
            for name, value in proof['expressions'].items() if name in ex.INDEX}


def stated_strengths(path, named_scale):
    """{expression: factor} that a base.directions.json was made with: an expression's vector is one coordinate."""
    with open(path) as file:
        listed = json.load(file)['directions']
    return {d['name']: d['vector']['value'][0] / named_scale for d in listed if d['kind'] == 'expression'}


def _latents(latent, count, seed):
    x = torch.randn(count, latent.size, generator=torch.Generator().manual_seed(seed))
    return x / x.square().mean(1, keepdim=True).sqrt()


@torch.no_grad()
def find(generator, latent, strength=None, count=2048):
    """-> {name: (kind, range, vector (wDim,) tensor)}; `strength`: factors of expressions, see `strengths`."""
    config, device = generator.config, generator.backbone.mapping.w_avg.device
    x = _latents(latent, count, 2).to(device)
    code = lambda v: generator.backbone.mapping(v, normalized=True)[:, :config['w_free']]
    out = {}
    for k, name in enumerate(ex.NAMES + HAIR_NAMES):
        vector = torch.zeros(config['w_dim'])
        vector[config['w_free'] + k] = config['named_scale'] * (strength or {}).get(name, 1)
        expression = k < len(ex.NAMES)
        out[name if expression else 'hair.' + name] = ('expression' if expression else 'attribute',
                                                       (0, 1.1) if expression else (-1, 1), vector)
    for name, parts in ATTRIBUTES.items():
        low, high = x.clone(), x.clone()
        for entry, index, sign in parts:
            at = latent.at[entry].start + index
            low[:, at], high[:, at] = -FULL * sign, FULL * sign
        vector = torch.zeros(config['w_dim'])
        vector[:config['w_free']] = ((code(high) - code(low)).mean(0) / 2).cpu()
        out[name] = 'attribute', RANGE.get(name, (-1.5, 1.5)), vector
    return out


def _vector_json(vector):
    index = torch.nonzero(vector).flatten().tolist()
    if len(index) <= 8:
        return {'index': index, 'value': [round(float(vector[i]), 5) for i in index]}
    return [round(float(v), 5) for v in vector]


def document(found, latent, config, base_hash):
    """The JSON of base.directions.json."""
    first = config['w_free']
    return {'format': 'personalized-head/directions', 'version': 1, 'base': base_hash,
            'note': 'Expressions and hair styles are coordinates of w (built in at training); attributes are mean offsets '
                    'found from labels; crosstalk.json says what else they move. CC0-1.0.',
            'directions': [{'name': name, 'kind': kind, 'range': list(ends), 'vector': _vector_json(vector)}
                           for name, (kind, ends, vector) in found.items()],
            'groups': ex.GROUPS,
            'neutral': {'index': list(range(first, first + len(ex.NAMES))), 'value': [0] * len(ex.NAMES)}}


@torch.no_grad()
def crosstalk(generator, latent, found, count=8192):
    """How far amount 1 of every direction moves every label, in the label's standard deviations (expressions: 0..1).

    Labels are read from w by ridge regression on fresh latents; `r2` says how well each can be read.
    """
    config, device = generator.config, generator.backbone.mapping.w_avg.device
    x = _latents(latent, count, 3)
    w = generator.backbone.mapping(x.to(device), normalized=True).cpu().numpy().astype(np.float64)
    labels, names = [], []
    for name, parts in ATTRIBUTES.items():
        value = sum(sign * x[:, latent.at[e].start + i].numpy() for e, i, sign in parts)
        labels.append(value / np.sqrt(sum(sign * sign for *_, sign in parts)))
        names.append(name)
    labels = np.stack(labels, 1).astype(np.float64)
    free = w[:, :config['w_free']]
    mean, half = free.mean(0), count // 2
    A = free[:half] - mean
    readout = np.linalg.solve(A.T @ A + 1e-3 * half * np.eye(A.shape[1]), A.T @ (labels[:half] - labels[:half].mean(0)))
    rest = (free[half:] - mean) @ readout + labels[:half].mean(0)
    r2 = 1 - ((rest - labels[half:]) ** 2).sum(0) / ((labels[half:] - labels[half:].mean(0)) ** 2).sum(0)
    table = {}
    for name, (_, _, vector) in found.items():
        v = vector.numpy().astype(np.float64)
        row = {label: round(float(a), 3) for label, a in zip(names, v[:config['w_free']] @ readout) if abs(a) >= 5e-4}
        for k, own in enumerate(ex.NAMES + ['hair.' + h for h in HAIR_NAMES]):
            if v[config['w_free'] + k]:
                row[own] = round(v[config['w_free'] + k] / config['named_scale'], 3)
        table[name] = row
    return {'about': crosstalk.__doc__.strip().split('\n')[0], 'note': 'measured in W; entries below 0.0005 are left out',
            'r2': {n: round(float(v), 3) for n, v in zip(names, r2)}, 'moves': table}
