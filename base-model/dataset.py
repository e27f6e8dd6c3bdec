#!/usr/bin/env python3
"""Training data rendered on the fly: worker processes write chunks of heads, the trainer takes them up in order.

A chunk `c00012.npz` holds N heads: x (N,D), named (N,2,K), labels (N,V,25), rgba uint8 (N,2,V,S,S,4) straight sRGB,
distance float16 (N,2,V,S,S). Head i of the set depends only on (seed, i), never on timing. As a program it renders a
set beforehand: `python3 dataset.py --heads 2000 -o runs/data`.
"""
import argparse
import os
import subprocess
import sys
import time

import numpy as np

from heads.rendered import TRAINED, render_head
from native import build

CHUNK = 32


def chunk_path(folder, index):
    return os.path.join(folder, f'c{index:05d}.npz')


def work(o):
    """One rendering process: every `workers`-th chunk, those that exist are skipped. Ends with its parent."""
    from heads.portrait import Portraits

    portraits, parent = Portraits(o.pack), os.getppid()
    for index in range(o.worker, -(-o.heads // CHUNK), o.workers):
        path = chunk_path(o.output, index)
        if os.path.exists(path):
            continue
        heads = []
        for i in range(index * CHUNK, min(index * CHUNK + CHUNK, o.heads)):
            if os.getppid() != parent:
                return  # the trainer is gone
            heads.append(render_head(portraits, o.seed + i, o.views, o.size, o.supersample))
        temporary = f'{path}.{os.getpid()}.tmp.npz'
        np.savez(temporary, **{key: np.stack([head[key] for head in heads]) for key in heads[0]})
        os.replace(temporary, path)


class Farm:
    """Rendering processes that fill a folder. seed: first identity seed; they stop when the set is complete."""

    def __init__(self, folder, heads, workers, pack=None, seed=TRAINED, views=2, size=128, supersample=3):
        os.makedirs(folder, exist_ok=True)
        build.load('raster')  # compiled once, before the processes look for it
        options = {'output': folder, 'heads': heads, 'workers': workers, 'seed': seed, 'views': views, 'size': size,
                   'supersample': supersample, **({'pack': pack} if pack else {})}
        command = [sys.executable, os.path.abspath(__file__)] + [f'--{k}={v}' for k, v in options.items()]
        environment = {**os.environ, 'OMP_NUM_THREADS': '1', 'OPENBLAS_NUM_THREADS': '1', 'CUDA_VISIBLE_DEVICES': ''}
        self.processes = [subprocess.Popen([*command, f'--worker={w}'], env=environment) for w in range(workers)]

    def failed(self):
        return [p.returncode for p in self.processes if p.poll() not in (None, 0)]

    def stop(self):
        for process in self.processes:
            if process.poll() is None:
                process.terminate()


class Pool:
    """The rendered heads on the training device, in order of their seeds."""

    keys = ('x', 'named', 'labels', 'rgba', 'distance')

    def __init__(self, folder, device, limit):
        self.folder, self.device, self.limit, self.chunks, self.count = folder, device, limit, [], 0

    def refresh(self, most=64):
        """Loads up to `most` further chunks that are complete. -> number of heads"""
        import torch

        for _ in range(most):
            path = chunk_path(self.folder, len(self.chunks))
            if self.count >= self.limit or not os.path.exists(path):
                break
            with np.load(path) as data:
                self.chunks.append({k: torch.from_numpy(data[k]).to(self.device) for k in self.keys})
            self.count += len(self.chunks[-1]['x'])
        return self.count

    def wait(self, wanted, farm=None, seconds=600):
        """Blocks until `wanted` heads are there."""
        start = time.time()
        while self.refresh() < min(wanted, self.limit):
            if farm and farm.failed():
                raise RuntimeError(f'a rendering process stopped with code {farm.failed()[0]}; its message is above')
            if time.time() - start > seconds:
                raise RuntimeError(f'{self.folder}: {self.count} of {wanted} heads after {seconds} s. Are renderers running?')
            time.sleep(0.2)

    def batch(self, indices):
        """Heads by index -> dict of tensors with a leading batch axis."""
        import torch

        where = [(i // CHUNK, i % CHUNK) for i in indices]
        return {k: torch.stack([self.chunks[c][k][j] for c, j in where]) for k in self.keys}


def mirror_tables(latent):
    """-> sign of every entry of x (D,) and permutation of the named coordinates (K,) in a mirror."""
    from heads import expressions as ex
    from heads.latent import COMPLEXION, MOLES, STRANDS

    sign = np.ones(latent.size, np.float32)
    sign[latent.at['asymmetry']] = -1
    first = latent.at['light'].start
    sign[first:first + latent.odd_lights] = -1
    sign[latent.at['shoulders'].start] = -1
    sign[latent.at['gaze'].start] = -1
    for i, item in enumerate(latent.details):
        sign[latent.at['detail'].start + i] = item['mirrorSign']
    sign[latent.at['strands'].start + STRANDS.index('part')] = -1
    for mole in MOLES:
        sign[latent.at['complexion'].start + COMPLEXION.index(mole)] = -1
    hair = range(len(ex.NAMES), latent.named_count)  # a style is its own mirror image, parted on the other side
    return sign, np.array([*ex.MIRROR, *hair])


def mirror(batch, flip, sign, permutation):
    """Mirrors the heads where `flip` (B,) bool: images, cameras, latents. Tensors on one device."""
    import torch

    out = dict(batch)
    out['x'] = torch.where(flip[:, None], batch['x'] * sign, batch['x'])
    out['named'] = torch.where(flip[:, None, None], batch['named'][:, :, permutation], batch['named'])
    for key, axis in (('rgba', -2), ('distance', -1)):
        shape = [-1] + [1] * (batch[key].dim() - 1)
        out[key] = torch.where(flip.view(shape), batch[key].flip(axis), batch[key])
    matrix = torch.ones(25, device=flip.device)
    # S M diag(-1,1,1,1): world x mirrored, and the camera's own x axis turned back so that it stays a rotation
    matrix[[1, 2, 3, 4, 8]] = -1
    out['labels'] = torch.where(flip[:, None, None], batch['labels'] * matrix, batch['labels'])
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('-o', '--output', required=True)
    parser.add_argument('--heads', type=int, default=1000)
    parser.add_argument('--views', type=int, default=2)
    parser.add_argument('--size', type=int, default=128)
    parser.add_argument('--workers', type=int, default=os.cpu_count())
    parser.add_argument('--seed', type=int, default=TRAINED)
    parser.add_argument('--supersample', type=int, default=3)
    parser.add_argument('--pack', default=None)
    parser.add_argument('--worker', type=int, default=-1, help='be process number N of --workers (Farm starts them)')
    options = parser.parse_args()
    if options.worker >= 0:
        work(options)
        return
    start = time.time()
    farm = Farm(options.output, options.heads, options.workers, options.pack, options.seed, options.views, options.size,
                options.supersample)
    for process in farm.processes:
        process.wait()
    seconds = time.time() - start
    print(f'{options.heads} heads in {seconds:.0f} s: {seconds / options.heads * options.workers:.3f} s per head and process')


if __name__ == '__main__':
    main()
