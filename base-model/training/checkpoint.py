#!/usr/bin/env python3
"""Checkpoints: a full one on local disk, a slim one in parts small enough to carry, and a start from shipped weights.

Random numbers need no state: every step seeds its own from (seed, step, rank), and the data position is the step.
`python3 checkpoint.py slim runs/x/checkpoint.pt -o FOLDER` writes averaged weights (float16) and Adam's second moments
(bytes) in parts of 15 MiB, 3 bytes a parameter; `join` makes a checkpoint of them again.
"""
import argparse
import glob
import io
import json
import os
import struct

import numpy as np
import torch

PART = 15 * 2 ** 20


def save(path, state):
    """Writes `state` (tensors, numbers, strings, lists, dicts) whole or not at all."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    torch.save(state, path + '.part')
    os.replace(path + '.part', path)


def load(path, device='cpu'):
    return torch.load(path, map_location=device)


def read_safetensors(path):
    """-> {name: float32 tensor}, metadata {str: str}. Only F16 and F32 tensors."""
    with open(path, 'rb') as file:
        size, = struct.unpack('<Q', file.read(8))
        header, body = json.loads(file.read(size)), file.read()
    metadata, tensors = header.pop('__metadata__', {}), {}
    for name, entry in header.items():
        first, last = entry['data_offsets']
        kind = {'F16': np.float16, 'F32': np.float32}[entry['dtype']]
        array = np.frombuffer(body[first:last], kind).reshape(entry['shape']).astype(np.float32)
        tensors[name] = torch.from_numpy(array)
    return tensors, metadata


def write_safetensors(path, tensors, metadata):
    """Float16 safetensors, names in order."""
    header, blobs, offset = {'__metadata__': metadata}, [], 0
    for name in sorted(tensors):
        half = tensors[name].detach().cpu().half().contiguous()
        if not torch.isfinite(half).all():
            raise ValueError(f'{name}: a value is not finite or too large for float16')
        blob = half.numpy().tobytes()
        header[name] = {'dtype': 'F16', 'shape': list(tensors[name].shape), 'data_offsets': [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path + '.part', 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + b''.join(blobs))
    os.replace(path + '.part', path)


def from_weights(path, config_path=''):
    """Config and weights of an exported file, with the training-time gain taken out of the decoder again.

    A base that was imported keeps no training configuration; `config_path` names the mini-config.json exported with it."""
    tensors, metadata = read_safetensors(path)
    if config_path:
        with open(config_path) as file:
            stated = json.load(file)
    else:
        stated = json.loads(metadata['config'])
    if 'training' not in stated:
        raise SystemExit(f'{path}: no training configuration. Give --config base-model/release/mini-config.json.')
    config = {**stated['training']['config']}
    density, colour = config['gain']
    gain = torch.tensor([density] + [colour] * 3)
    tensors['decoder.net.2.weight'][:4] /= gain[:, None]
    tensors['decoder.net.2.bias'][:4] /= gain
    return config, tensors, stated['training']


def _code(second_moment):
    """Adam's second moment -> uint8: its square root on a logarithmic scale, fifths of a factor of two from 2^-40."""
    return ((second_moment.sqrt().clamp_min(2.0 ** -40).log2() + 40) * 5).round().clamp(0, 255).byte()


def _decode(code):
    return torch.exp2((code.float() / 5 - 40) * 2)


def slim(state):
    """The averaged weights as float16, Adam's second moments as bytes, no critic: 3 bytes a parameter."""
    out = {k: v for k, v in state.items() if k not in ('generator', 'critic', 'criticAdam', 'adam')}
    out['average'] = {k: v.half() for k, v in state['average'].items()}
    moments = state['adam']['state']
    out['secondMoments'] = {k: _code(s['exp_avg_sq']) for k, s in moments.items()}
    out['adamStep'] = max((float(s['step']) for s in moments.values()), default=0.0)
    return out


def fatten(state):
    """The inverse of slim(): training goes on from the average, with first moments of zero (ten steps)."""
    out = {k: v for k, v in state.items() if k not in ('secondMoments', 'adamStep')}
    out['average'] = {k: v.float() for k, v in state['average'].items()}
    out['generator'] = {k: v.clone() for k, v in out['average'].items()}
    out['adam'] = {'state': {k: {'step': torch.tensor(state['adamStep']), 'exp_avg': torch.zeros(v.shape),
                                 'exp_avg_sq': _decode(v)} for k, v in state['secondMoments'].items()}}
    return out


def write_parts(state, folder):
    buffer = io.BytesIO()
    torch.save(slim(state), buffer)
    data = buffer.getvalue()
    os.makedirs(folder, exist_ok=True)
    for i in range(0, len(data), PART):
        with open(os.path.join(folder, f'slim.{i // PART:02d}'), 'wb') as file:
            file.write(data[i:i + PART])
    return len(data)


def read_parts(folder):
    data = b''.join(open(path, 'rb').read() for path in sorted(glob.glob(os.path.join(folder, 'slim.[0-9][0-9]'))))
    return fatten(torch.load(io.BytesIO(data), map_location='cpu'))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('action', choices=['slim', 'join'])
    parser.add_argument('input', help='checkpoint.pt, or the folder of parts')
    parser.add_argument('-o', '--output', required=True)
    options = parser.parse_args()
    if options.action == 'slim':
        print(f'{options.output}: {write_parts(load(options.input), options.output) / 2 ** 20:.1f} MiB')
    else:
        save(options.output, read_parts(options.input))


if __name__ == '__main__':
    main()
