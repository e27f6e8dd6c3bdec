"""Which heads training sees: identities from N(0, I) with clear hair styles, and pairs of expressions of one identity."""
import numpy as np

from heads import expressions as ex
from heads.latent import BROWS, HAIR_EDGES, MARGIN, WORN, normal_quantile

_PAIRED = [(ex.INDEX[n], ex.INDEX[ex.mirrored(n)]) for n in ex.NAMES if ex.mirrored(n) != n]
_PARTNER = {**dict(_PAIRED)}
_FACE = [i for i, n in enumerate(ex.NAMES) if n not in ex.GAZE]
# Drawn more often: what talks and smiles, and what the release is judged by.
_OFTEN = {ex.INDEX[n]: 2.5 for n in ('jawOpen', 'mouthSmileLeft', 'mouthSmileRight', 'eyeBlinkLeft', 'eyeBlinkRight')}
_SHARES = np.array([_OFTEN.get(i, 1.0) for i in _FACE]) / sum(_OFTEN.get(i, 1.0) for i in _FACE)


def sample_identity(latent, rng):
    """x (D,) float32 ~ N(0, I), moved clear of the edges between hair and brow styles; expressions at rest."""
    x = rng.normal(size=latent.size).astype(np.float32)
    brow_edges = [normal_quantile(k / len(BROWS)) for k in range(1, len(BROWS))]
    for name, edges in (('hairStyle', HAIR_EDGES), ('glasses', [WORN]), ('browStyle', brow_edges)):
        at = latent.at[name].start
        clear = 0.04 if name == 'browStyle' else MARGIN * 1.05
        while min(abs(x[at] - e) for e in edges) < clear:
            x[at] = rng.normal()
    x[latent.expression_entries()] = 0
    return x


def _look(out, rng):
    """Both eyes turn together, each with a little of its own."""
    yaw, pitch = rng.uniform(-1, 1), rng.uniform(-1, 1) * (rng.random() < 0.6)
    for side, sign in (('Left', 1), ('Right', -1)):
        own = np.clip(yaw + rng.normal(0, 0.05), -1, 1) * sign
        out[ex.INDEX['eyeLook' + ('Out' if own > 0 else 'In') + side]] = abs(own)
        tilt = np.clip(pitch + rng.normal(0, 0.02), -1, 1)
        out[ex.INDEX['eyeLook' + ('Down' if tilt > 0 else 'Up') + side]] = abs(tilt)


def sample_expression(rng):
    """(52,) weights: one to five strong ones, left mostly with right, never two that pull against each other."""
    out = np.zeros(len(ex.NAMES), np.float32)
    if rng.random() < 0.45:
        _look(out, rng)
    for _ in range(rng.integers(1, 6)):
        k = int(rng.choice(_FACE, p=_SHARES))
        chosen = {k} | ({_PARTNER[k]} if k in _PARTNER and rng.random() < 0.65 else set())
        if any({ex.NAMES[i], ex.NAMES[j]} in ex.OPPOSITES for i in chosen for j in np.flatnonzero(out)):
            continue
        amount = 1.0 if rng.random() < 0.35 else rng.uniform(0.25, 1)
        for i in chosen:
            out[i] = np.clip(amount + rng.normal(0, 0.04), 0, 1)
    jaw, close = ex.INDEX['jawOpen'], ex.INDEX['mouthClose']
    out[jaw] = max(out[jaw], out[close])  # lips shut over an open jaw: a corrective
    return out


def sample_pair(latent, rng):
    """-> x (D,), named coordinates of two states of that identity (52 + 11,): mostly neutral, then expressive."""
    x = sample_identity(latent, rng)
    style = latent.named(x)[len(ex.NAMES):].round()
    first, second = np.zeros(len(ex.NAMES), np.float32), sample_expression(rng)
    u = rng.random()
    if u < 0.2:
        first = sample_expression(rng)
    elif u < 0.5:
        _look(first, rng)
    if rng.random() < 0.4:  # the same gaze in both, so that the difference is the face's
        second[[ex.INDEX[n] for n in ex.GAZE]] = first[[ex.INDEX[n] for n in ex.GAZE]]
    return x, np.concatenate([first, style]), np.concatenate([second, style])
