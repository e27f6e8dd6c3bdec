"""The interpretable latent: x = z / rms(z), z ~ N(0, I), entry by entry a parameter of a head.

The mapping network normalises z before it does anything (EG3D), so the entries are read from the normalised x and
decoding is exact. Expressions and hair styles are also the *named coordinates* of w: `named(x)` gives them, clipped
ramps of single entries that two leaky-ReLU layers reproduce exactly (naming.py).
"""
import json
import math

import numpy as np

from heads import expressions as ex

# Hair styles as intervals of one Gaussian, neighbours alike: (name, share, what it was among MakeHuman's hair meshes).
HAIR = [('bald', 0.07, 'bald'), ('crop', 0.13, 'short04'), ('short', 0.15, 'short01'), ('curls', 0.08, 'afro01'),
        ('swept', 0.10, 'short02'), ('back', 0.07, 'long01'), ('tied', 0.12, 'ponytail01'), ('up', 0.06, 'ponytail01'),
        ('long', 0.11, 'long01'), ('layered', 0.05, 'short02Mirrored'), ('bob', 0.06, 'bob02')]
HAIR_NAMES = [h[0] for h in HAIR]
BEARD = ['amount', 'length', 'moustache', 'chin', 'cheeks']
FRAMES = ['round', 'square', 'aviator', 'rimless', 'thick', 'half']
GLASSES = ['worn', *FRAMES, 'size', 'dark', 'low']
WORN = 0.84  # glasses are worn above it: one head in five
MOLES = [f'mole{i}' for i in range(6)]
COMPLEXION = ['flush', 'freckles', 'freckleDark', 'uneven0', 'uneven1', 'uneven2', *MOLES, 'makeup', 'lipRed', 'lipDark', 'eyeMakeup']
STRANDS = ['length', 'volume', 'wave', 'part', 'recede', 'crown', 'comb', 'density']
BROWS = ['1', '2', '4', '6', '9', '11']
IRIS = ['brown', 'brownlight', 'blue', 'green', 'grey']
RACES = ['african', 'asian', 'caucasian']
ASYMMETRIES = ['brown-1', 'cheek-1', 'cheek-2', 'eye-1', 'eye-2', 'eye-3', 'jaw-1', 'jaw-2', 'mouth-1', 'nose-1',
               'nose-2', 'temple-1']
MARGIN = 0.06  # half width of the blend between two hair styles, in units of x; training keeps clear of it
EXPRESSION_RAMP = (1.6, 2.8)  # e = clip((x - 1.6) / 1.2, 0, 1): a random head makes two or three faint expressions
GAZE_RAMP = (0.5, 3.5)
_OPPOSITE = {'decr': 'incr', 'down': 'up', 'in': 'out', 'backward': 'forward', 'concave': 'convex',
             'compress': 'uncompress'}
# Standard deviation of a detail weight; 1 in every detail at once is a caricature (heads.md section 6).
_KEPT = {'ears': 0.7, 'neck': 0.6}  # share of a detail's spread beside scanned shapes; the others keep 0.3
_SPREAD = {'head': 0.18, 'forehead': 0.22, 'eyebrows': 0.26, 'eyes': 0.24, 'nose': 0.26, 'mouth': 0.24, 'ears': 0.22,
           'chin': 0.24, 'cheek': 0.26, 'neck': 0.14}


def normal_cdf(x):
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


def normal_quantile(p):
    low, high = -6.0, 6.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if normal_cdf(middle) < p else (low, middle)
    return low


HAIR_EDGES = [normal_quantile(sum(h[1] for h in HAIR[:i + 1]) / sum(h[1] for h in HAIR)) for i in range(len(HAIR) - 1)]


def detail_items(keys):
    """Signed detail parameters: opposed targets paired, left and right driven together. keys: target names."""
    keys, items, done = set(keys), [], set()
    for name in sorted(keys):
        group = name.split('/')[0]
        if group not in _SPREAD or name in done or '/r-' in name or ('trans' in name and group in ('head', 'neck')):
            continue
        stem, suffix = name.rsplit('-', 1)
        mate = f'{stem}-{_OPPOSITE.get(suffix)}'
        mate = mate if mate in keys else None
        done |= {name, mate}
        spread = _SPREAD[group]
        if 'jaw-drop' in name or name.endswith(('mouth-trans-in', 'nose-trans-in')):
            spread = 0.10
        if 'mouth-trans' in name:
            spread = min(spread, 0.2)
        spread *= 0.8 if 'scale' in name else 1
        spread *= 0.5 if 'pointed' in name or 'septum' in name else 1
        sideways = name.endswith(('mouth-trans-in', 'nose-trans-in'))
        items.append({'name': stem if mate else name, 'negative': name if mate else None, 'positive': mate or name,
                      'scale': round(spread, 3), 'twin': '/l-' in name, 'mirrorSign': -1 if sideways else 1})
    return items


class LatentMap:
    """Names of the entries of x and what they do. `contents` (assets.contents): what the pack has."""

    def __init__(self, contents):
        self.details = detail_items(contents['targets'])
        for item in self.details:  # they only add what scans lack
            item['scale'] = round(item['scale'] * _KEPT.get(item['name'].split('/')[0], 0.3), 3)
        self.entries, self.at = [], {}
        drive = [n for n in ex.NAMES if n not in ex.GAZE]
        self._add('age', 1, 'age = Phi(x)^1.3: 0 young adult .. 1 old')
        self._add('gender', 1, 'male = sigmoid(4 x)')
        self._add('race', 3, 'softmax(1.6 x)', labels=RACES)
        self._add('weight', 1, 'clip(0.5 x, -1, 1)')
        self._add('muscle', 1, 'clip(0.4 x, -1, 1)')
        self._add('detail', len(self.details), 'pair: w = clip(scale x, -1, 1), positive if w > 0 else negative with '
                  '|w|; single: w = clip(scale max(0, x - 0.4), 0, 1)', items=self.details)
        self._add('asymmetry', len(ASYMMETRIES), 'w = clip(0.15 x, -0.6, 0.6): left if w > 0', labels=ASYMMETRIES)
        self._add('scan', contents['scans'], 'identity mode of the scans, in standard deviations, around the point that fits ancestry, '
                  'gender and age')
        self._add('lids', 1, 'share of the blink in the face at rest: clip(.10 + .07 x, -.05, .3)')
        self._add('skin', 3, 'albedo *= exp(x0 [.10,.15,.20] + x1 [.03,-.05,-.03] + .06 x2)',
                  labels=['melanin', 'redness', 'brightness'])
        self._add('tone', contents['tones'], 'principal components of photographic skin tones, around the mean of ancestry and '
                  'gender')
        self._add('texture', contents['textures'], 'details of photographic skins: softmax(2 x - 3 |male - its own| + 1.5 '
                  'shared ancestry)')
        self._add('hairStyle', 1, 'the interval between two edges that x falls into', labels=HAIR_NAMES,
                  edges=[round(e, 4) for e in HAIR_EDGES], margin=MARGIN)
        self._add('strands', len(STRANDS), 'length Phi(x0), of a shaved head its shade; volume .05 x1 dm; wave .09 sigmoid(1.6 (x2 - '
                  '1.2) + 3 african) dm; parted on the other side if x3 < 0; hairline .42 x4 + .5 male age - .3 dm back, crown .42 x5 '
                  '+ .6 male age - .5 dm wide; combing Phi(x6); density exp(.15 x7)', labels=STRANDS)
        self._add('hairColour', 3, 'luminance = exp(-2.6 + .75 x0 - .9 (african + asian)); warmth .35 x1; grey = '
                  'sigmoid(6 (age - .8) + 1.2 (x2 - 1.2))', labels=['lightness', 'warmth', 'grey'])
        self._add('beard', len(BEARD), 'of men: amount clip((x0 - .3) / .6, 0, 1); length .02 exp(3.1 Phi(x1)) dm; zones clip(.8 + '
                  '.5 x2), clip(.95 + .5 x3), clip(.7 + .6 x4), 0..1 each', labels=BEARD)
        self._add('glasses', len(GLASSES), f'worn if x0 > {WORN}; frame softmax(3 x1..x6); size 1 + .07 x7; colour exp(-2.5 - 1.2 '
                  'x8); .03 + .02 x9 dm low', labels=GLASSES, edges=[WORN], margin=MARGIN)
        self._add('complexion', len(COMPLEXION), 'marks with places of their own (complexion.py): flush x; freckles clip(x - .6, 0, 2) '
                  'of light skin; moles clip(|x| - 1, 0, 1), on the right if x < 0; make-up of women clip(x + .2, 0, 1.5)',
                  labels=COMPLEXION)
        self._add('iris', len(IRIS), 'softmax(2 x), brown + 0.4 + 1.5 (1 - caucasian)', labels=IRIS)
        self._add('browStyle', 1, 'the interval of Phi(x), equal shares', labels=BROWS)
        self._add('browDark', 1, 'brow colour = min(hair colour, .12) * .9 exp(.3 x)')
        self._add('light', contents['lights'], 'radiance = exp(mean + sum x mode) of environments.py; a mirror negates the '
                  'first ones', odd=contents['lightsOdd'])
        self._add('exposure', 1, 'picture *= exp(.15 x)')
        self._add('balance', 2, 'picture *= exp(.05 x0 [1,0,-1] + .02 x1 [-.5,1,-.5])', labels=['warm', 'green'])
        self._add('shirt', 3, 'Phi(x) * .55 + .03 per channel (linear)', labels=['r', 'g', 'b'])
        self._add('shoulders', 2, 'turn of the shoulders against the head: yaw clip(.22 x, +-.6), pitch clip(.1 x, +-.3) rad',
                  labels=['yaw', 'pitch'])
        self._add('expression', len(drive), 'e = clip((x - a) / (b - a), 0, 1)', labels=drive,
                  ramp=list(EXPRESSION_RAMP), sources={n: ex.EXPRESSIONS[n] for n in drive})
        self._add('gaze', 2, 'x > 0: yaw to the person\'s left (eyeLookOutLeft, eyeLookInRight), pitch down; each '
                  'e = clip((|x| - a) / (b - a), 0, 1)', labels=['yaw', 'pitch'], ramp=list(GAZE_RAMP))
        used = sum(e['n'] for e in self.entries)
        self.size = -(-(used + 4) // 8) * 8
        self._add('spare', self.size - used, 'unused')
        self.named_count = len(ex.NAMES) + len(HAIR)

    @classmethod
    def from_json(cls, json_map):
        """The map a run was trained with, from its latent-map.json."""
        self = cls.__new__(cls)
        self.entries, self.size = json_map['entries'], json_map['size']
        self.at = {e['name']: slice(e['start'], e['start'] + e['n']) for e in self.entries}
        self.details = next(e['items'] for e in self.entries if e['name'] == 'detail')
        self.named_count = len(ex.NAMES) + len(HAIR)
        if json_map['named'] != {'expressions': ex.NAMES, 'hairStyles': HAIR_NAMES}:
            raise SystemExit('the run was trained with other expressions or hair styles than this program has')
        return self

    @property
    def odd_lights(self):
        """How many of the light's entries a mirror negates: the first ones."""
        return next(e['odd'] for e in self.entries if e['name'] == 'light')

    def _add(self, name, n, rule, **more):
        start = sum(e['n'] for e in self.entries)
        self.entries.append({'name': name, 'start': start, 'n': n, 'rule': rule, **more})
        self.at[name] = slice(start, start + n)

    def json(self):
        out = {'format': 'personalized-head/latent-map', 'version': 1, 'size': self.size, 'entries': self.entries,
               'note': 'x = z / sqrt(mean(z^2)), z ~ N(0, I); the person\'s left is +x; reference: heads/latent.py, heads/head.py',
               'named': {'expressions': ex.NAMES, 'hairStyles': HAIR_NAMES}, 'missing': ex.MISSING}
        return json.loads(json.dumps(out))  # lists only, so that it compares equal to one read from a file

    def ramps(self):
        """Clipped ramps of x that make the named coordinates: [(entry of x, sign, start, end, {coordinate: weight})].

        named[k] = sum of weight * clip((sign x[entry] - start) / (end - start), 0, 1), plus 1 for the first style.
        """
        out, base = [], self.at['expression'].start
        for k, name in enumerate(self.entries[[e['name'] for e in self.entries].index('expression')]['labels']):
            out.append((base + k, 1, *EXPRESSION_RAMP, {ex.INDEX[name]: 1}))
        yaw, pitch = self.at['gaze'].start, self.at['gaze'].start + 1
        for entry, sign, pair in ((yaw, 1, ('OutLeft', 'InRight')), (yaw, -1, ('InLeft', 'OutRight')),
                                  (pitch, 1, ('DownLeft', 'DownRight')), (pitch, -1, ('UpLeft', 'UpRight'))):
            out.append((entry, sign, *GAZE_RAMP, {ex.INDEX['eyeLook' + p]: 1 for p in pair}))
        first = len(ex.NAMES)
        for k, edge in enumerate(HAIR_EDGES):
            weights = {first + k: -1, first + k + 1: 1}
            out.append((self.at['hairStyle'].start, 1, edge - MARGIN, edge + MARGIN, weights))
        return out

    def named(self, x):
        """Named coordinates of x (D,): expressions 0..1 (52), then the hair style one-hot (11)."""
        out = np.zeros(self.named_count, np.float32)
        out[len(ex.NAMES)] = 1
        for entry, sign, start, end, weights in self.ramps():
            value = min(1.0, max(0.0, (sign * float(x[entry]) - start) / (end - start)))
            for k, weight in weights.items():
                out[k] += weight * value
        return out

    def expression_entries(self):
        """Entries of x that drive an expression or the gaze."""
        return np.r_[self.at['expression'], self.at['gaze']]

    def identity_entries(self):
        """Entries that the free coordinates of w may depend on: all but expression, gaze, hair style, spare."""
        out = np.ones(self.size, bool)
        for name in ('expression', 'gaze', 'hairStyle', 'spare'):
            out[self.at[name]] = False
        return out
