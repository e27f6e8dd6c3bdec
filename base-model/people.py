#!/usr/bin/env python3
"""Photo sets of the example people (assets/people): invented heads that no training saw, in EG3D's dataset layout.

  python3 base-model/people.py -o photos          # photos/NAME/{train,test,masks,dataset.json}
  npx personalized-head personalize photos/mara -o assets/people/mara.head

Every person is one identity seed under one even light, seen from all sides, at rest and with expressions.
"""
import argparse
import json
import os

import numpy as np
from PIL import Image

from drawing import camera
from heads import assets
from heads import expressions as ex
from heads.portrait import Portraits, over
from heads.sampling import sample_identity

PEOPLE = {'mara': 805, 'ada': 801, 'leo': 854}  # identity seeds; none that training draws (heads/rendered.py)
BACKGROUND = 0.8
SIDES = ('Left', 'Right')
both = lambda name, amount: {name + side: amount for side in SIDES}
# What a person does in front of the camera, and from how many sides it is seen: train, test.
FACES = [({}, 14, 5), ({**both('mouthSmile', 1), **both('cheekSquint', .5)}, 6, 2), ({**both('mouthSmile', .8), 'jawOpen': .4}, 5, 1),
         ({'jawOpen': .8}, 5, 1), (both('eyeBlink', 1), 4, 1), ({'browInnerUp': 1, **both('browOuterUp', 1)}, 4, 1),
         ({**both('browDown', 1), **both('mouthFrown', .7)}, 4, 1), ({'mouthPucker': 1}, 4, 0),
         ({'mouthFunnel': .8, 'jawOpen': .2}, 4, 0)]


def sitter(latent, seed):
    """x (D,) of an identity, evenly lit and upright."""
    x = sample_identity(latent, np.random.default_rng(seed))
    for name in ('light', 'exposure', 'balance', 'shoulders', 'asymmetry'):
        x[latent.at[name]] = 0
    return x


def views(count, rng):
    """`count` views spread from one profile to the other; the order is by chance."""
    yaws = np.linspace(-1.15, 1.15, count) if count > 1 else np.array([0.3])
    return [camera.View(float(yaw + rng.normal(0, 0.06)), float(np.clip(rng.normal(0.03, 0.12), -0.3, 0.3))) for yaw in yaws]


def save(rgba, path, mask_path):
    """A photograph before a plain wall, and its matte."""
    wall = np.linspace(BACKGROUND, BACKGROUND - 0.12, len(rgba), dtype=np.float32)[:, None, None]
    for file in (path, mask_path):
        os.makedirs(os.path.dirname(file), exist_ok=True)
    Image.fromarray(over(rgba, wall)).save(path, quality=95, subsampling=0)
    Image.fromarray(rgba[..., 3]).save(mask_path)


def photograph(portraits, seed, folder, size):
    """Writes one person's photos with their true cameras."""
    x, rng, labels, taken = sitter(portraits.latent, seed), np.random.default_rng(seed), [], {'train': 0, 'test': 0}
    style = portraits.latent.named(x)[len(ex.NAMES):].round()
    for face, train, test in FACES:
        named = np.concatenate([[face.get(name, 0) for name in ex.NAMES], style]).astype(np.float32)
        scene = portraits.scene(x, named, identity=seed)
        for split, count in (('train', train), ('test', test)):
            for view in views(count, rng) if count else []:
                rgba, _ = portraits.render(scene, view, size)
                name = f'{split}/{taken[split]:05d}'
                taken[split] += 1
                save(rgba, os.path.join(folder, name + '.jpg'), os.path.join(folder, 'masks', name + '.png'))
                labels.append([name + '.jpg', [round(float(v), 6) for v in camera.label(view)]])
    with open(os.path.join(folder, 'dataset.json'), 'w') as file:
        json.dump({'labels': labels}, file)
    return taken


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('people', nargs='*', metavar='NAME', help=f'{", ".join(PEOPLE)}; default: all')
    parser.add_argument('-o', '--output', required=True, help='folder; one of each person in it')
    parser.add_argument('--pack', default=assets.DEFAULT)
    parser.add_argument('--size', type=int, default=256, help='pixels')
    options = parser.parse_args()
    unknown = sorted(set(options.people) - set(PEOPLE))
    if unknown:
        parser.error(f'expected names among {", ".join(PEOPLE)}, got {", ".join(unknown)}')
    portraits = Portraits(options.pack)
    for name in options.people or PEOPLE:
        taken = photograph(portraits, PEOPLE[name], os.path.join(options.output, name), options.size)
        print(f'{name}: {taken["train"]} photos to learn from, {taken["test"]} held out')


if __name__ == '__main__':
    main()
