"""Carries trained weights over to another latent map: entries of x, expressions and hair styles that it has more or fewer of.

What both maps name keeps its weights; what is new starts as in a fresh network (entries of x: at a third, so that what was
learned is not drowned). Layers whose gain depends on their number of inputs are rescaled, so that the same code gives the
same planes.
"""
import math

import torch

from heads.latent import HAIR
from network import naming
from network.model import Generator

NEW_ENTRIES = 0.3  # of the start values of entries that the trained network did not have
_RENAMED = {('exposure', 0): ('light', 2, 1.25)}  # entry of today's map: (earlier entry, index, ratio of their effect)


def _places(json_map):
    """{(entry, part): (index in x, strength)}; a part is a label, a detail's name or a number."""
    out = {}
    for entry in json_map['entries']:
        items = entry.get('items')
        parts = [item['name'] for item in items] if items else entry.get('labels') or range(entry['n'])
        for i, part in zip(range(entry['n']), parts):
            out[entry['name'], part] = entry['start'] + i, items[i]['scale'] if items else 1
    return out


def _entries(old, new):
    """For every entry of the new x: index of the old one or -1, and the factor of its weight."""
    index, factor = [-1] * new['size'], [NEW_ENTRIES] * new['size']
    before = _places(old)
    starts = {entry['name']: entry['start'] for entry in old['entries']}
    for (name, part), (at, strength) in _places(new).items():
        if (name, part) in _RENAMED and 'exposure' not in starts:
            entry, i, ratio = _RENAMED[name, part]
            index[at], factor[at] = starts[entry] + i, ratio
        elif (name, part) in before and name not in ('light', 'spare'):
            index[at], earlier = before[name, part]
            factor[at] = strength / earlier
    return index, factor


def _earlier(name, old):
    """What `name`, an expression or a hair style, was called in a list of earlier names."""
    meshes = {style: was for style, _, was in HAIR}
    return name if name in old else meshes.get(name, name)


def _by_name(old, new):
    owner = lambda n: n[0] if isinstance(n, tuple) else n
    names = {owner(n) for n in old}
    was = [(_earlier(n[0], names), n[1]) if isinstance(n, tuple) else _earlier(n, names) for n in new]
    return [old.index(name) if name in old else -1 for name in was]


def _owned(config, expressions, hair, res):
    """Names of the channels of block `res`: plain ones are numbers, dedicated ones (owner, repetition)."""
    preset, plain = config['preset'], list(range(config['channels'][str(res)]))
    for at, each, owners in ((preset['hair_at'], preset['hair_each'], hair),
                             (preset['expression_at'], preset['expression_each'], expressions)):
        if at == res and config['dedicated'].get(str(res)):
            plain += [(owner, k) for k in range(each) for owner in owners]
    return plain


def _axes(old, new, old_names, new_names):
    """{(old size, new size): index of the old for each of the new} of every axis that may differ."""
    codes = [list(range(c['w_free'])) + [*expressions, *hair] for c, (expressions, hair) in ((old, old_names), (new, new_names))]
    out = {(len(codes[0]), len(codes[1])): _by_name(*codes)}
    for res in old['channels']:
        channels = [_owned(c, *names, int(res)) for c, names in ((old, old_names), (new, new_names))]
        out[len(channels[0]), len(channels[1])] = _by_name(*channels)
    return out


def _once(index):
    """`index` (n,) with -1 where a number comes again."""
    numbers = index.tolist()
    return torch.tensor([-1 if n in numbers[:i] else n for i, n in enumerate(numbers)])


@torch.no_grad()
def carry(old, tensors, old_map, latent):
    """Weights of a run with config `old` and latent-map.json `old_map` -> config and weights for `latent`."""
    new_map = latent.json()
    config = naming.configure(latent, old['preset'])
    generator = Generator(config)
    naming.initialise(generator, latent)
    names = [(m['named']['expressions'], m['named']['hairStyles']) for m in (old_map, new_map)]
    axes = _axes(old, config, *names)
    hidden, free = old['preset']['hidden'], old['w_free']
    plain = {int(res): count for res, count in old['channels'].items()}
    dedicated = {plain[int(res)] + count: plain[int(res)] for res, count in old['dedicated'].items()}  # size: channels nobody owns
    out = generator.state_dict()
    for name, fresh in out.items():
        was = tensors[name]
        if 'mapping' in name:
            continue
        pick = [torch.tensor(axes.get((a, b), list(range(b)) if a == b else None)) for a, b in zip(was.shape, fresh.shape)]
        value, known = was, torch.ones(fresh.shape, dtype=torch.bool)
        if '.affine.' in name and was.shape[0] in dedicated:
            # Two styles that were one share what their channels draw, but each opens its own only.
            pick[0] = _once(pick[0])
            for axis in range(1, fresh.dim()):
                known[dedicated[was.shape[0]]:, _once(pick[axis]) < 0] = False
        for axis, index in enumerate(pick):
            value = value.index_select(axis, index.clamp_min(0))
            shape = [1] * fresh.dim()
            shape[axis] = -1
            known &= (index >= 0).view(shape)
        if name.endswith(('affine.weight', 'torgb.weight')):
            value = value * math.sqrt(fresh.shape[1] / was.shape[1])
        out[name] = torch.where(known, value, fresh)
    index, factor = _entries(old_map, new_map)
    first, was = out['backbone.mapping.fc0.weight'], tensors['backbone.mapping.fc0.weight']
    for column, (source, amount) in enumerate(zip(index, factor)):
        first[:hidden, column] = was[:hidden, source] * math.sqrt(len(index) / was.shape[1]) * amount if source >= 0 else \
            first[:hidden, column] * amount
    second, was = out['backbone.mapping.fc1.weight'], tensors['backbone.mapping.fc1.weight']
    second[:free, :hidden] = was[:free, :hidden] * math.sqrt(second.shape[1] / was.shape[1])
    for layer, rows in (('fc0', hidden), ('fc1', free)):
        out[f'backbone.mapping.{layer}.bias'][:rows] = tensors[f'backbone.mapping.{layer}.bias'][:rows]
    return config, out
