#!/usr/bin/env python3
"""Exports a run: mini.safetensors (float16, EG3D names), mini-config.json, latent-map.json, base.directions.json.

`npx personalized-head import mini.safetensors --config mini-config.json --half -o assets/base.safetensors` makes the
base file of it; base.directions.json names that base by the hash of its weights. Everything is taken from the average
of the weights; directions and their crosstalk (crosstalk.json) describe the float16 file.
"""
import argparse
import json
import os
import sys

from heads.latent import HAIR_NAMES, LatentMap
from network.model import parameter_count
from shipping import basehash, directions
from shipping.average import load_average
from training import checkpoint

LICENCE = ('CC0-1.0 (trained only on renderings: meshes, light and hair CC0-1.0; scanned shapes MIT, (c) 2020 USC Institute for '
           'Creative Technologies; photographic skins, where the pack has them, MIT, (c) 2022 Tiffany Do)')


def exported_config(config, state, parameters):
    """What mini-config.json says: all a loader needs, and how the weights came about."""
    plain = {k: v for k, v in config.items() if k not in ('gain', 'preset')}
    return {**plain, 'format': 'eg3d-mini', 'format_version': 1, 'licence': LICENCE, 'num_ws': 2 * len(config['channels']),
            'n_params': parameters, 'activation': 'lrelu 0.2 * sqrt2', 'resample_filter': [1, 3, 3, 1],
            'plane_aggregation': 'mean', 'grid_sample': {'mode': 'bilinear', 'padding': 'zeros', 'align_corners': False},
            'decoder': {'hidden': 64, 'activation': 'softplus', 'rgb': 'sigmoid(x) * 1.002 - 0.001 of outputs 1..3',
                        'sigma': 'output 0; softplus(middle - 1), MipRayMarcher2'},
            'background': 'transparent: rgb is premultiplied, alpha = sum of weights',
            'camera': {'convention': 'opencv cam2world 16 + normalised intrinsics 9', 'focal': config['focal'],
                       'radius': config['radius'], 'look_at': [0, 0, 0]},
            'alignment': 'neutral shape: eye midpoint at (0, 0.005, 0.0875); scale = sqrt(0.1327 / eye distance * 0.150 '
                         '/ eye-mouth distance)',
            'noise': 'noise_const is a learned map (C,res,res) of strength 1 from spatial_bias_min_res up; always add it',
            'dedicated_note': 'the last dedicated[res] outputs of b{res}.conv1 have zero weights: demodulate in float32',
            'named': {'first': config['w_free'], 'scale': config['named_scale'], 'hairStyles': HAIR_NAMES},
            'training': {'heads': state['heads'], 'steps': state.get('step', 0),
                         'config': config, 'latent': state['latent']}}


def export(generator, state, latent, folder, strength=None):
    os.makedirs(folder, exist_ok=True)
    config = exported_config(state['config'], state, parameter_count(generator))
    tensors = generator.state_dict()
    path = os.path.join(folder, 'mini.safetensors')
    checkpoint.write_safetensors(path, tensors, {'config': json.dumps(config)})
    write = lambda name, value, **style: json.dump(value, open(os.path.join(folder, name), 'w'), **style)
    write('mini-config.json', config, indent=1)
    write('latent-map.json', latent.json(), indent=1)
    found = directions.find(generator, latent, strength)
    write('base.directions.json', directions.document(found, latent, state['config'], basehash.base_hash(tensors)))
    write('crosstalk.json', directions.crosstalk(generator, latent, found), indent=1)
    return path, config


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('run', help='a run\'s folder, a checkpoint.pt or a mini.safetensors')
    parser.add_argument('-o', '--output', required=True, help='folder')
    parser.add_argument('--proof', default='', metavar='FILE', help='metrics.json of evaluate.py for these weights: lengthens '
                        'the directions of expressions that come out too weak')
    options = parser.parse_args(arguments)
    strength = None
    if options.proof:
        with open(options.proof) as file:
            strength = directions.strengths(json.load(file))
    generator, state = load_average(options.run)
    latent = LatentMap.from_json(state['latent'])
    path, config = export(generator, state, latent, options.output, strength)
    size = os.path.getsize(path)
    print(f'{path}: {size / 1e6:.2f} MB, {config["n_params"] / 1e6:.2f} M parameters')
    if size > 16e6:
        print('above the 16 MB a base may have: choose smaller channels (naming.py PRESETS)', file=sys.stderr)


if __name__ == '__main__':
    main()
