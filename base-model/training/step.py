"""Parts of train.py: one forward pass to the losses, the latent map of a pack, the allocator's settings."""
import os
import sys

import torch.nn as nn

from heads import assets
from heads.latent import LatentMap
from training import objective


def tune_allocator(options):
    """glibc hands large blocks back to the kernel at every step; on a CPU that doubles the time. Restarts once."""
    wanted = {'MALLOC_MMAP_MAX_': '0', 'MALLOC_TRIM_THRESHOLD_': '100000000000'}
    if options.device == 'cpu' and any(os.environ.get(k) != v for k, v in wanted.items()):
        os.environ.update(wanted)
        os.execv(sys.executable, [sys.executable, *sys.argv])


def latent_of(pack):
    return LatentMap(assets.contents(pack))


class Step(nn.Module):
    """One forward pass from a batch to the losses; what DistributedDataParallel wraps."""

    def __init__(self, generator, options):
        super().__init__()
        self.generator, self.options = generator, options

    def forward(self, batch, max_res):
        o, generator = self.options, self.generator
        named = batch['named'].flatten(0, 1)
        planes = generator(batch['x'].repeat_interleave(2, 0), named, max_res, o.half_up_to)
        chosen = objective.choose(batch, o.patch, o.rays // o.patch ** 2, o.feature_weight)
        return objective.losses(generator, planes, chosen, o)
