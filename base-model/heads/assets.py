"""Loads a head pack (pack.py) into arrays ready for rendering: meshes, targets, linear-light textures."""
import io
import json
import os
from types import SimpleNamespace

import numpy as np
from PIL import Image

from drawing.colour import to_linear
from heads.fields import make_fields
from looks import beard
from looks import complexion
from looks import strands
from packing import environments
from packing.skins import DETAIL_RANGE

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DEFAULT = os.path.join(HERE, 'pack', 'head-pack.npz')
TINY = os.path.join(HERE, 'fixtures', 'tiny-head.npz')


def decode(data):
    """Image file bytes -> (H,W,4) float32: linear RGB, alpha."""
    image = np.asarray(Image.open(io.BytesIO(data.tobytes())).convert('RGBA')).astype(np.float32) / 255
    return np.ascontiguousarray(np.concatenate([to_linear(image[..., :3]), image[..., 3:]], -1))


def _grain(texture):
    """Hair or brow texture -> (luminance relative to its mean, alpha): the colour is put on later."""
    light, alpha = texture[..., :3].mean(-1), texture[..., 3]
    mean = (light * alpha).sum() / max(float(alpha.sum()), 1e-6)
    return np.clip(light / max(mean, 1e-4), 0.15, 2.5) ** 0.8, alpha


def _blur(image, cells):
    """(H,W,3) averaged over a grid of `cells` and smoothly resized back: its low frequencies."""
    h, w, _ = image.shape
    planes = []
    for c in range(3):
        small = Image.fromarray(image[..., c]).resize((cells, max(1, cells * h // w)), Image.BOX)
        planes.append(np.asarray(small.resize((w, h), Image.BICUBIC)))
    return np.stack(planes, -1)


def _reduced(image, step):
    """(H,W,3) averaged over squares of `step` pixels; a last odd row or column is left out."""
    h, w, _ = image.shape
    return image[:h // step * step, :w // step * step].reshape(h // step, step, w // step, step, 3).mean((1, 3))


def _skins(found):
    """(gender, race) -> (young, middle-aged, old) linear RGB; race 0 African, 1 Asian, 2 Caucasian.

    No verified dark female skin exists: light female detail times the low frequencies of dark male / light female.
    """
    def pick(*names):
        have = [found[name] for name in names if name in found] or [next(iter(found.values()))]
        return sum(have) / len(have)

    male = pick('young_lightskinned_male_diffuse', 'young_lightskinned_male_diffuse2')
    male_mid = pick('middleage_lightskinned_male_diffuse')
    asian, asian_mid = pick('young_lightskinned_male_diffuse3'), pick('middleage_lightskinned_male_diffuse2')
    dark, dark_mid = pick('young_darkskinned_male_diffuse'), pick('middleage_darkskinned_male_diffuse')
    dark_old = pick('old_darkskinned_male_diffuse')
    female, female_mid = pick('young_lightskinned_female_diffuse2'), pick('middleage_lightskinned_female_diffuse2')
    ratio = np.clip(_blur(dark, 32) / np.maximum(_blur(female, 32), 0.02), 0.01, 1)
    dark_female = female * ratio, female_mid * ratio, female_mid * ratio
    return {('male', 0): (dark, dark_mid, dark_old), ('male', 1): (asian, asian_mid, asian_mid),
            ('male', 2): (male, male_mid, male_mid), ('female', 0): dark_female,
            ('female', 1): (pick('young_lightskinned_female_diffuse3'), female_mid, female_mid),
            ('female', 2): (female, female_mid, female_mid)}


def _eye(name, texture):
    """Iris textures are too saturated in linear light (brown reads as red): pull them towards grey."""
    light = texture[..., :3].mean(-1, keepdims=True)
    keep = 0.45 if 'brown' in name else 0.75
    texture[..., :3] = light + (texture[..., :3] - light) * keep
    if name == 'brown':
        texture[..., :3] *= np.where(light < 0.3, np.array([1.25, 0.95, 0.75], np.float32), 1)
    return texture


def _scan(pack):
    """Scanned identity modes (scans.py) in float32."""
    base, mean, modes = (pack['scan.' + k].astype(np.float32) for k in ('base', 'mean', 'modes'))
    rows = dict(zip(str(pack['scan.fitNames']).split('\n'), pack['scan.fit'][1:]))
    moved = np.flatnonzero(np.abs(modes).max((0, 2)) > 1e-5)  # the chest stays
    return SimpleNamespace(base=base, start=base + mean, moved=moved, modes=modes[:, moved].reshape(len(modes), -1),
                           count=len(modes), fit=rows, fit_base=pack['scan.fit'][0], centre=pack['scan.fitCentre'])


def _photographic(pack, a):
    """Photographic skins (skins.py), or None twice in a pack without: the face's own mesh, and tones and details.

    Splits `a.skin`: triangles inside the face's rectangle of the atlas take the face's texture.
    """
    if 'face.rect' not in pack.files:
        return None, None
    tri, vertex, uv = a.skin
    low, high = pack['face.rect'][:2], pack['face.rect'][2:]
    inside = ((uv >= low) & (uv <= high)).all(1)[tri].all(1)

    def part(chosen, coordinates):
        corner, local = np.unique(tri[chosen], return_inverse=True)
        return local.reshape(-1, 3).astype(np.int32), vertex[corner], np.ascontiguousarray(coordinates[corner])

    a.skin = part(~inside, uv)
    picture = lambda key: Image.open(io.BytesIO(pack[key].tobytes()))
    trust = np.asarray(picture('face.trust'), np.float32)[..., None] / 255
    size = trust.shape[1], trust.shape[0]
    names = [k for k in pack.files if k.startswith('pores:')]
    details = [np.asarray(picture(k).resize(size, Image.BOX), np.float32) / 255 for k in names]
    skins = SimpleNamespace(trust=trust, mean=pack['tone.mean'], modes=pack['tone.modes'], fit=pack['tone.fit'],
                            spread=pack['tone.spread'], labels=pack['pores.labels'], rect=pack['face.rect'],
                            details=[DETAIL_RANGE * d * d for d in details])
    return part(inside, (uv - low) / (high - low)), skins


def _in_face(a, painted):
    """The part of a painted skin (H,W,3) that the face's rectangle covers, of the size of complexion's maps."""
    h, w, _ = painted.shape
    (u0, v0), (u1, v1) = a.photographic.rect[:2] * [w, h], a.photographic.rect[2:] * [w, h]
    box = painted[int(h - v1):int(np.ceil(h - v0)), int(u0):int(np.ceil(u1))]
    return np.stack([np.asarray(Image.fromarray(np.ascontiguousarray(box[..., c])).resize(complexion.SIZE, Image.BILINEAR))
                     for c in range(3)], -1)


def contents(path=None):
    """What a pack has, as far as the latent map depends on it: names of targets, numbers of scanned modes, lights, skins."""
    pack = np.load(path or DEFAULT)
    return {'targets': json.loads(str(pack['target.names'])),
            'scans': len(pack['scan.modes']), 'lights': len(pack['light.modes']), 'lightsOdd': environments.ODD,
            'tones': len(pack['tone.modes']) if 'tone.modes' in pack.files else 0,
            'textures': len(pack['pores.labels']) if 'pores.labels' in pack.files else 0}


def _lids(a):
    """Per side: (vertex of the upper lid, of the lower lid, their distance in height on the average scan), skin near the eye.

    The upper vertex is where the scanned blink travels most; the lower one lies where it lands.
    """
    lids, near, skin, V = {}, {}, np.unique(a.skin[1]), a.scan.start
    for side, eye in (('Left', a.eye_left), ('Right', a.eye_right)):
        index, delta = a.targets['ict/eyeBlink_' + side[0]]
        inside = np.isin(index, skin)
        index, delta = index[inside], delta[inside]
        upper = index[np.argmin(delta[:, 1])]
        lands = V[upper] + delta[np.argmin(delta[:, 1])]
        lower = index[np.argmin(np.linalg.norm(V[index] - lands, axis=1) + 10 * (V[index, 1] > lands[1] + 0.02))]
        lids[side] = int(upper), int(lower), float(V[upper, 1] - V[lower, 1])
        centre = V[eye].mean(0)
        near[side] = skin[np.linalg.norm(V[skin] - centre, axis=1) < 0.3]
    return lids, near


def load(path=None):
    """-> namespace with V (V,3) dm, skin, shirt, proxies, targets {key: (index, delta)}, textures, side masks."""
    path = path or DEFAULT
    if not os.path.exists(path):
        raise SystemExit(f'{path}: not found. Make it with: python3 base-model/pack.py --data MAKEHUMAN --prior PRIOR')
    pack = np.load(path)
    a = SimpleNamespace(V=pack['V'], eye_left=pack['eyeLeft'].astype(int), eye_right=pack['eyeRight'].astype(int))
    mesh = lambda key: pack[key].astype(np.int32)
    a.skin = mesh('skin.tri'), mesh('skin.vertex'), pack['skin.uv']
    a.shirt = mesh('shirt.tri'), mesh('shirt.vertex'), pack['shirt.rest']
    a.proxies = {}
    for key in pack.files:
        if key.startswith('proxy.') and key.endswith('.index'):
            name, get = key.split('.')[1], lambda part, k=key: pack[k[:-5] + part]
            a.proxies[name] = SimpleNamespace(index=get('index').astype(np.int32), weight=get('weight'),
                                              offset=get('offset'), scale=get('scale'), uv=get('uv'),
                                              tri=get('tri').astype(np.int32), vertex=get('vertex').astype(np.int32))
    names, ends = json.loads(str(pack['target.names'])), pack['target.ends']
    index, delta = pack['target.index'].astype(np.int64), pack['target.delta'].astype(np.float32)
    starts = np.concatenate([[0], ends[:-1]])
    a.targets = {n: (index[s:e], delta[s:e]) for n, s, e in zip(names, starts, ends)}
    group = lambda prefix: {k.split(':', 1)[1]: decode(pack[k]) for k in pack.files if k.startswith(prefix + ':')}
    # Beside photographic faces the painted skins only cover scalp, ears and neck: half their size will do.
    step = 2 if 'face.rect' in pack.files else 1
    a.skins = _skins({k: _reduced(v[..., :3], step) for k, v in group('skin').items()})
    a.eyes = {k: _eye(k, v) for k, v in group('eyes').items()}
    a.teeth, a.lash = group('teeth')[''], group('lash')['']
    a.brows = {k: _grain(v) for k, v in group('brow').items()}
    x = a.V[:, 0]
    a.half = {'L': (1 / (1 + np.exp(-x / 0.06))).astype(np.float32), 'R': (1 / (1 + np.exp(x / 0.06))).astype(np.float32)}
    pull = a.targets['caucasian/mouth-corner-puller']
    a.mouth = pull[0][np.abs(pull[1]).sum(1) > 0.1]
    a.targets.update(make_fields(a))
    a.scan = _scan(pack)
    a.lids, a.lid_skin = _lids(a)
    a.landmarks = pack['landmarks'].astype(int)
    a.grooms = strands.load(pack, a.scan.start)
    a.light = pack['light.mean'], pack['light.modes']
    a.skin_whole = a.skin[:2]
    a.face, a.photographic = _photographic(pack, a)
    a.beard = beard.load(a.scan.start, a.skin_whole[1][a.skin_whole[0]])
    a.marks = complexion.load(a.face, a.scan.start, _in_face(a, a.skins['female', 2][0])) if a.face else None
    near = lambda point: int(np.linalg.norm(a.scan.start - point, axis=1).argmin())
    a.bridge, a.ears = near([0, 7.40, 1.485]), (near([0.76, 7.47, 0.45]), near([-0.76, 7.47, 0.45]))  # where glasses rest
    return a
