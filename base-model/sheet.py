#!/usr/bin/env python3
"""A contact sheet of random heads: `python3 base-model/sheet.py --count 24 -o sheet.png`"""
import argparse

import numpy as np

from drawing import camera
from heads import assets
from heads.expressions import NAMES
from heads.portrait import Portraits, grid, over
from heads.sampling import sample_pair


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--pack', default=assets.DEFAULT)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--count', type=int, default=24)
    parser.add_argument('--size', type=int, default=160)
    parser.add_argument('--columns', type=int, default=6)
    parser.add_argument('--yaw', type=float, default=None, help='radians, from afar; default: random views')
    parser.add_argument('--expression', default='', metavar='NAME=1,...', help='the same for all, instead of random ones')
    parser.add_argument('--neutral', action='store_true', help='without expressions')
    parser.add_argument('-o', '--output', required=True)
    options = parser.parse_args()
    portraits, pictures = Portraits(options.pack), []
    wish = dict((part.split('=') + ['1'])[:2] for part in options.expression.split(',') if part)
    for i in range(options.count):
        rng = np.random.default_rng(options.seed + i)
        x, first, second = sample_pair(portraits.latent, rng)
        view = camera.sample_views(rng, 1)[0] if options.yaw is None else camera.View(options.yaw, 0.05)
        named = first if options.neutral else second
        if wish:
            named[:len(NAMES)] = [float(wish.get(name, 0)) for name in NAMES]
        scene = portraits.scene(x, named)
        pictures.append(over(portraits.render(scene, view, options.size)[0]))
    grid(pictures, options.columns).save(options.output)


if __name__ == '__main__':
    main()
