#!/usr/bin/env python3
"""Packs the head data into one file that can be carried: `head-pack.npz`, everything the renderer needs and no more.

Kept: vertices of head, neck and shoulders plus those that proxies bind to; adult targets only (no baby, no child);
targets as uint16 index + float16 displacement; skins cropped to what the bust uses, as JPEG; other textures as PNG.
`--tiny` makes the test fixture: few targets, small textures, one hair style (below 1 MB).
"""
import argparse
import glob
import io
import json
import os

import numpy as np
from PIL import Image

from packing import environments
from packing import grooms
from packing import scans
from packing import skins
from packing.formats import Proxy, read_obj, read_target, triangulate

BROWS = [1, 2, 4, 6, 9, 11]
HAIRS = [  # no longer drawn: the scans are registered on the vertices that they, too, bind to
    'short01', 'short02', 'short04', 'bob02', 'long01', 'ponytail01', 'afro01']
EYES = ['brown', 'brownlight', 'blue', 'green', 'grey']
EYE_HELPERS = {'eyeLeft': (14598, 14670), 'eyeRight': (14670, 14742)}  # vertex ranges of base.obj (heads.md 2)
LASHES = 14742, 14992
TARGET_FOLDERS = ['macrodetails', 'head', 'forehead', 'eyebrows', 'eyes', 'nose', 'mouth', 'ears', 'chin', 'cheek',
                  'neck', 'asym', *('expression/units/' + race for race in ('caucasian', 'african', 'asian'))]
BUST = 3.2, 2.6  # decimetres: height above which the body is kept, and reach to both sides
TINY_DETAILS = ['nose/nose-scale-', 'mouth/mouth-scale-horiz', 'chin/chin-width', 'head/head-scale-horiz',
                'chin/chin-prognathism', 'mouth/mouth-trans-', 'cheek/']


def target_names(folder):
    """{key: path}; a key is `group/name`, of an expression unit `race/name`."""
    names = {}
    for group in TARGET_FOLDERS:
        for path in sorted(glob.glob(f'{folder}/targets/{group}/*.target.gz')):
            name = os.path.basename(path)[:-len('.target.gz')]
            if not any(word in name for word in ('baby', 'child', 'breast', 'trunk')):
                names[group.split('/')[-1] + '/' + name] = path
    return names


def keep_in_tiny(key):
    group, name = key.split('/', 1)
    if group == 'macrodetails':
        return name.startswith('caucasian') or 'averagemuscle' in name
    return group == 'caucasian' or any(key.startswith(start) for start in TINY_DETAILS)


def encode(path, side, crop=None, jpeg=0):
    """Texture -> bytes of a PNG (RGBA), or of a JPEG of quality `jpeg` (RGB); `crop` in pixels after resizing."""
    image = Image.open(path).convert('RGBA').resize((side, side), Image.LANCZOS)
    image = image.crop(crop) if crop else image
    buffer = io.BytesIO()
    if jpeg:
        image.convert('RGB').save(buffer, 'JPEG', quality=jpeg, subsampling=0)
    else:
        image.save(buffer, 'PNG', optimize=True)
    return np.frombuffer(buffer.getvalue(), np.uint8)


def vertices_of(skin, shirt, proxies):
    """Base vertices that the pack keeps: of the two meshes, and those that proxies and eyes bind to."""
    needed = set(skin[1]) | set(shirt[1])
    for proxy in proxies.values():
        needed |= set(proxy.index.reshape(-1)) | {v for scale in proxy.scale if scale for v in scale[:2]}
    for first, last in EYE_HELPERS.values():
        needed |= set(range(first, last))
    return np.array(sorted(needed))


def bust(base, group, floor, reach):
    """Faces of `group` above the height `floor` and within `reach` of the middle, triangulated."""
    vertices, _, faces, groups = base
    return triangulate([f for f, g in zip(faces, groups) if g == group
                        and min(vertices[v][1] for v, _ in f) > floor and max(abs(vertices[v][0]) for v, _ in f) < reach])


def read_proxies(folder, hairs, brows):
    proxies = {'eyes': Proxy(f'{folder}/eyes/high-poly/high-poly.mhclo'),
               'teeth': Proxy(f'{folder}/teeth/teeth_base/teeth_base.mhclo'),
               'tongue': Proxy(f'{folder}/tongue/tongue01/tongue01.mhclo'),
               'lash': Proxy(f'{folder}/eyelashes/eyelashes01/eyelashes01.mhclo')}
    proxies.update({f'brow{i}': Proxy(f'{folder}/eyebrows/eyebrow{i:03}/eyebrow{i:03}.mhclo') for i in brows})
    proxies.update({name: Proxy(f'{folder}/hair/{name}/{name}.mhclo') for name in hairs})
    return proxies


def sparse(targets, place, least):
    """{key: (base vertices, displacement)} -> entries of the pack; displacements below `least` decimetres are left out."""
    names, ends, indices, deltas = [], [0], [], []
    for key, (index, delta) in targets.items():
        keep = (place[index] >= 0) & (np.abs(delta).max(1) > least)
        names.append(key)
        indices.append(place[index[keep]].astype(np.uint16))
        deltas.append(delta[keep].astype(np.float16))
        ends.append(ends[-1] + len(indices[-1]))
    return {'target.names': np.array(json.dumps(names)), 'target.ends': np.array(ends[1:], np.int64),
            'target.index': np.concatenate(indices), 'target.delta': np.concatenate(deltas)}


def scanned_shapes(folder, prior, base, needed, macros, modes):
    """Entries of the pack and expression fields of scans.py, which knows the full pack's vertices, on `needed`."""
    skin, shirt = bust(base, 'body', *BUST), bust(base, 'helper-tights', *BUST)
    full = vertices_of(skin, shirt, read_proxies(folder, HAIRS, BROWS))
    place = np.full(len(base[0]), -1)
    place[full] = np.arange(len(full))
    inside = {k: (place[i[place[i] >= 0]], d[place[i] >= 0]) for k, (i, d) in macros.items()}
    out, expressions = scans.read(prior, base[0][full].astype(np.float32), place[skin[1]][skin[0]],
                                  place[slice(*LASHES)][place[slice(*LASHES)] >= 0], inside, modes)
    mine = place[needed]
    for key in ('scan.base', 'scan.mean', 'scan.modes'):
        out[key] = out[key][..., mine, :]
    return out, {key: field[mine] for key, field in expressions.items()}


def skins_of(pack, prior):
    """Entries of skins.py; `pack` has the mesh and the scans already."""
    start = pack['scan.base'].astype(np.float64) + pack['scan.mean']
    skin = pack['skin.tri'].astype(int), pack['skin.vertex'].astype(int), pack['skin.uv'].astype(np.float64)
    eyes = np.stack([start[pack[name]].mean(0) for name in EYE_HELPERS])
    corners = pack['landmarks'].astype(int)[list(scans.EYE_CORNERS)]
    return skins.read(prior, start, skin, eyes, corners, scans.registered(prior, len(start)))


def pack(folder, tiny, prior, photographic):
    base = read_obj(f'{folder}/base.obj')
    vertices, coordinates = base[:2]
    size = (5.3, 1.6) if tiny else BUST
    skin, shirt = bust(base, 'body', *size), bust(base, 'helper-tights', *size)
    hairs, brows = (['short04'], [6]) if tiny else (HAIRS, BROWS)
    proxies = read_proxies(folder, hairs, brows)
    needed = vertices_of(skin, shirt, proxies)
    place = np.full(len(vertices), -1)
    place[needed] = np.arange(len(needed))

    side = 128 if tiny else 1024
    uv = coordinates[skin[2]]
    corner = np.floor(uv.min(0) * side - 4).clip(0), np.ceil(uv.max(0) * side + 4).clip(max=side)
    crop = (int(corner[0][0]), side - int(corner[1][1]), int(corner[1][0]), side - int(corner[0][1]))
    size = np.array([crop[2] - crop[0], crop[3] - crop[1]])
    out = {'V': vertices[needed].astype(np.float32), 'skin.tri': skin[0].astype(np.uint16),
           'skin.vertex': place[skin[1]].astype(np.uint16),
           'skin.uv': ((uv * side - corner[0]) / size).astype(np.float32),
           'shirt.tri': shirt[0].astype(np.uint16), 'shirt.vertex': place[shirt[1]].astype(np.uint16),
           'shirt.rest': vertices[shirt[1]].astype(np.float32)}
    for name, (first, last) in EYE_HELPERS.items():
        out[name] = place[first:last].astype(np.uint16)
    for name, p in proxies.items():
        if name in HAIRS:
            continue
        scale = np.array([[place[s[0]], place[s[1]], s[2]] if s else [0, 0, 0] for s in p.scale], np.float32)
        out.update({f'proxy.{name}.index': place[p.index].astype(np.uint16),
                    f'proxy.{name}.weight': p.weight.astype(np.float32),
                    f'proxy.{name}.offset': p.offset.astype(np.float32), f'proxy.{name}.scale': scale,
                    f'proxy.{name}.tri': p.triangles.astype(np.uint16),
                    f'proxy.{name}.vertex': p.corner_vertex.astype(np.uint16),
                    f'proxy.{name}.uv': p.uv.astype(np.float32)})

    targets = {key: read_target(path) for key, path in target_names(folder).items() if not tiny or keep_in_tiny(key)}
    more, expressions = scanned_shapes(folder, prior, base, needed, {k: v for k, v in targets.items() if 'macro' in k},
                                       4 if tiny else scans.MODES)
    out.update(more)
    out.update(environments.read(prior))
    start = out['scan.base'].astype(np.float64) + out['scan.mean']
    out['landmarks'] = scans.landmarks(prior, start, np.unique(out['skin.vertex']).astype(int)).astype(np.uint16)
    out.update(grooms.read(prior, start, out['skin.vertex'].astype(int)[skin[0]], tiny))
    if photographic:
        out.update(skins_of(out, prior))
    targets.update({key: (needed, field) for key, field in expressions.items()})
    out.update(sparse(targets, place, 4e-3 if tiny else 2e-4))

    painted = sorted(glob.glob(f'{folder}/skins/*.png'))
    for path in painted[:2] if tiny else painted:
        out['skin:' + os.path.basename(path)[:-4]] = encode(path, side, crop, jpeg=93)
    small = {'eyes': 64, 'teeth': 64, 'brow': 32} if tiny else {'eyes': 512, 'teeth': 512, 'brow': 256}
    for colour in EYES[:2] if tiny else EYES:
        out['eyes:' + colour] = encode(f'{folder}/eyes/materials/{colour}_eye.png', small['eyes'])
    out['teeth:'] = encode(f'{folder}/teeth/teeth.png', small['teeth'])
    out['lash:'] = encode(f'{folder}/eyelashes/eyelashes01/eyelashes01.png', small['brow'])
    for i in brows:
        out[f'brow:{i}'] = encode(f'{folder}/eyebrows/eyebrow{i:03}/eyebrow{i:03}.png', small['brow'])
    out['about'] = np.array('Meshes, targets, painted skins: CC0-1.0, MakeHuman community. Scanned shapes: MIT, (c) 2020 USC '
                            'Institute for Creative Technologies. Light: CC0-1.0, Poly Haven. Hair: CC0-1.0, Vitruvian.'
                            + (' Photographic skins: MIT, (c) 2022 Tiffany Do.' if photographic else ''))
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True, help='the MakeHuman head data folder')
    parser.add_argument('--prior', required=True, help='folder of scans, skins and light (README.md)')
    parser.add_argument('--without-photographic-skins', action='store_true', help='painted CC0 skins only')
    parser.add_argument('-o', '--output', default=None, help='default: pack/head-pack.npz beside this file')
    parser.add_argument('--tiny', action='store_true', help='the reduced head of the smoke test')
    options = parser.parse_args()
    here = os.path.dirname(os.path.abspath(__file__))
    path = options.output or os.path.join(here, 'fixtures/tiny-head.npz' if options.tiny else 'pack/head-pack.npz')
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    content = pack(options.data, options.tiny, options.prior, not (options.tiny or options.without_photographic_skins))
    np.savez_compressed(path + '.part.npz', **content)
    os.replace(path + '.part.npz', path)
    print(f'{path}: {os.path.getsize(path) / 1e6:.2f} MB, {len(content["V"])} vertices, '
          f'{len(content["target.ends"])} targets')


if __name__ == '__main__':
    main()
