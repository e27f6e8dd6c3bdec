"""Named coordinates of w: expressions and hair styles, built into the mapping network and the synthesis' start values.

w = [free | expressions (52) | hair style one-hot]. A named coordinate is `named_scale` times a clipped ramp of one
entry of x. Two units of the first layer make a ramp exactly: with L = leaky ReLU (slope 0.2),
L(u - a) - L(u - b) = 0.2 (b - a) below a, b - a above b, linear between. The free coordinates never see the entries
that the named ones own, so that an expression leaves the identity's coordinates alone.

Dedicated channels: at resolution 64 (32 for hair) each named coordinate owns channels whose content is a learned map
and whose style in toRGB is 6 times the coordinate: the average change it makes to the planes. What depends on the
identity is learned by all other layers, whose affines see the coordinate too.
"""
import math

import torch

from heads import expressions as ex

STYLE = 6.0
_IMPORTANCE = {'age': 3, 'gender': 3, 'race': 4, 'weight': 3, 'muscle': 1.2, 'asymmetry': 0.3, 'skin': 3, 'hairColour': 3,
               'browDark': 0.7, 'light': 2, 'exposure': 2, 'shirt': 3, 'scan': 1.5, 'shoulders': 2,
               'strands': 2, 'beard': 2, 'glasses': 2}


def configure(latent, preset):
    """The generator's configuration: sizes of `preset` plus everything that follows from the latent."""
    units = 2 * len(latent.ramps())
    expressions, hair = len(ex.NAMES), latent.named_count - len(ex.NAMES)
    dedicated = {}
    for res, per, owned in ((preset['hair_at'], preset['hair_each'], hair),
                            (preset['expression_at'], preset['expression_each'], expressions)):
        if per:
            dedicated[str(res)] = per * owned
    return {'z_dim': latent.size, 'c_dim': 0, 'w_dim': preset['w_free'] + latent.named_count, 'w_free': preset['w_free'],
            'named_scale': 4.0, 'mapping_hidden': preset['hidden'] + units, 'mapping_layers': 2, 'mapping_lr_mul': 0.01,
            'img_channels': 96, 'channels': {str(k): v for k, v in preset['channels'].items()}, 'dedicated': dedicated,
            'plane_resolution': max(preset['channels']), 'plane_axes': ['xy', 'xz', 'zy'], 'box_warp': 0.75,
            'ray_start': 2.25, 'ray_end': 3.3, 'depth_resolution': 48, 'depth_resolution_importance': 48,
            'density_bias': -1, 'decoder_hidden': 64, 'decoder_out': 33, 'superresolution': None, 'focal': 4.2647,
            'radius': 2.7, 'spatial_bias_min_res': preset['maps_from'], 'gain': [20.0, 3.0], 'preset': preset}


PRESETS = {
    'full': {'channels': {4: 256, 8: 256, 16: 192, 32: 144, 64: 96, 128: 32}, 'w_free': 320, 'hidden': 384, 'maps_from': 16,
             'hair_at': 32, 'hair_each': 4, 'expression_at': 64, 'expression_each': 2},
    'cpu': {'channels': {4: 192, 8: 192, 16: 128, 32: 96, 64: 64, 128: 24}, 'w_free': 320, 'hidden': 384, 'maps_from': 16,
            'hair_at': 32, 'hair_each': 4, 'expression_at': 64, 'expression_each': 3},
    'tiny': {'channels': {4: 32, 8: 32, 16: 24, 32: 16}, 'w_free': 48, 'hidden': 64, 'maps_from': 16, 'hair_at': 16,
             'hair_each': 0, 'expression_at': 16, 'expression_each': 1},
}


@torch.no_grad()
def _importance_start(mapping, latent, free_hidden):
    """fc0 starts with columns scaled by how much an entry matters to the picture; entries named elsewhere are zero."""
    W = mapping.fc0.weight
    for entry in latent.entries:
        at = slice(entry['start'], entry['start'] + entry['n'])
        W[:free_hidden, at] *= _IMPORTANCE.get(entry['name'], 1)
        if entry['name'] == 'detail':
            for i, item in enumerate(entry['items']):
                if item['name'].startswith(('head/', 'neck/')):
                    W[:free_hidden, entry['start'] + i] *= 2
    W[:free_hidden, ~torch.from_numpy(latent.identity_entries())] = 0
    W[:free_hidden] /= W[:free_hidden].square().mean(1, keepdim=True).sqrt() * mapping.fc0.lr


@torch.no_grad()
def _ramps(mapping, latent, config):
    free_hidden, free = config['preset']['hidden'], config['w_free']
    first, second = mapping.fc0, mapping.fc1
    first.weight[free_hidden:] = 0
    first.bias[free_hidden:] = 0
    second.weight[free:] = 0
    second.bias[free:] = 0
    second.weight[:free, free_hidden:] = 0
    for r, (entry, sign, start, end, weights) in enumerate(latent.ramps()):
        for unit, threshold in ((free_hidden + 2 * r, start), (free_hidden + 2 * r + 1, end)):
            first.weight[unit, entry] = sign / first.gain
            first.bias[unit] = -threshold / first.lr
        rise = 0.8 * (end - start) * math.sqrt(2)  # what the difference of the two units grows by
        for k, weight in weights.items():
            amount = config['named_scale'] * weight / rise / math.sqrt(2)
            second.weight[free + k, free_hidden + 2 * r] += amount / second.gain
            second.weight[free + k, free_hidden + 2 * r + 1] -= amount / second.gain
            second.bias[free + k] -= amount * 0.2 * (end - start) * math.sqrt(2) / second.lr
    second.bias[free + len(ex.NAMES)] += config['named_scale'] / math.sqrt(2) / second.lr  # the first hair style


def _owners(config, latent, res):
    """Named coordinate that owns each dedicated channel of block `res`, (n,) long."""
    preset, n = config['preset'], int(config['dedicated'].get(str(res), 0))
    if not n:
        return torch.zeros(0, dtype=torch.long)
    hair = torch.arange(len(ex.NAMES), latent.named_count).repeat(preset['hair_each']) if res == preset['hair_at'] else None
    face = torch.arange(len(ex.NAMES)).repeat(preset['expression_each']) if res == preset['expression_at'] else None
    return torch.cat([part for part in (hair, face) if part is not None])[:n]


@torch.no_grad()
def initialise(generator, latent, first_res=None):
    """Start values. Blocks above `first_res` begin silent, so that growing the planes changes nothing at first."""
    config, synthesis = generator.config, generator.backbone.synthesis
    free, scale = config['w_free'], config['named_scale']
    _importance_start(generator.backbone.mapping, latent, config['preset']['hidden'])
    _ramps(generator.backbone.mapping, latent, config)
    for name, parameter in generator.named_parameters():
        if name.endswith('affine.weight'):
            parameter[:, free:free + len(ex.NAMES)] = 0
            parameter[:, free + len(ex.NAMES):] *= 2.5  # a hair style weighs about half as much as all free coordinates
    for res in synthesis.resolutions:
        block, owners = getattr(synthesis, f'b{res}'), _owners(config, latent, res)
        if len(owners):
            block.conv1.weight[-len(owners):] = 0
            readers = [block.torgb.affine]
            if hasattr(synthesis, f'b{2 * res}'):
                readers.append(getattr(synthesis, f'b{2 * res}').conv0.affine)
            for affine in readers:
                affine.weight[-len(owners):] = 0
                affine.bias[-len(owners):] = 0
                affine.weight[torch.arange(-len(owners), 0), free + owners] = STYLE / scale / affine.gain
        if first_res and res > first_res:
            block.torgb.weight.zero_()
    gain = config.get('gain', [1, 1])[0]
    last = generator.decoder.net[2]
    last.bias[0] = 2.0 / gain  # thin fog everywhere
    last.weight[:4] *= 0.3


def freeze(generator, latent):
    """Masks the gradients of everything that makes a named coordinate what it is."""
    config, mapping, synthesis = generator.config, generator.backbone.mapping, generator.backbone.synthesis
    hidden, free = config['preset']['hidden'], config['w_free']

    def keep(parameter, mask):
        parameter.register_hook(lambda gradient: gradient * mask)

    entries = torch.zeros_like(mapping.fc0.weight)
    entries[:hidden, torch.from_numpy(latent.identity_entries())] = 1
    keep(mapping.fc0.weight, entries)
    inner = torch.zeros_like(mapping.fc1.weight)
    inner[:free, :hidden] = 1
    keep(mapping.fc1.weight, inner)
    for parameter, n in ((mapping.fc0.bias, hidden), (mapping.fc1.bias, free)):
        mask = torch.zeros_like(parameter)
        mask[:n] = 1
        keep(parameter, mask)
    for res in synthesis.resolutions:
        n, block = len(_owners(config, latent, res)), getattr(synthesis, f'b{res}')
        if n:
            for parameter in (block.conv1.weight, block.torgb.affine.weight, block.torgb.affine.bias):
                mask = torch.ones_like(parameter)
                mask[-n:] = 0
                keep(parameter, mask)
