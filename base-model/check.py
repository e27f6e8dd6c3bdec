#!/usr/bin/env python3
"""Holds the CPU kernels by their twins in torch operators, forward and backward, on odd sizes: native/layers.c, native/points.c."""
import sys

import torch
import torch.nn.functional as F

from native import build
from network import fused
from network import points
from network.model import Conv, ToRgb, _upsample

HALF = 2 ** -8  # one rounding to bfloat16
failed = []


def compare(name, mine, theirs, tolerance):
    worst = float((mine.float() - theirs.float()).norm() / theirs.float().norm().clamp_min(1e-12))
    good = worst <= tolerance  # NaN is not
    print(f'{"ok  " if good else "BAD "} {name}: {worst:.1e}, allowed {tolerance:.0e}')
    if not good:
        failed.append(name)


def gradients(function, *inputs):
    """Output of `function`, and the gradients of its product with fixed numbers with respect to `inputs`."""
    inputs = [i.detach().clone().requires_grad_(True) for i in inputs]
    out = function(*inputs)
    torch.manual_seed(7)
    return out.detach(), torch.autograd.grad((out.float() * torch.randn(out.shape)).sum(), inputs)


def both(name, mine, twin, inputs, labels, tolerance):
    (a, ga), (b, gb) = gradients(mine, *inputs), gradients(twin, *inputs)
    compare(name, a, b, tolerance)
    for label, x, y in zip(labels, ga, gb):
        compare(f'{name}, gradient of {label}', x, y, tolerance)


def half(*sizes):
    return torch.randn(*sizes).bfloat16()


def layers():
    both('scale', fused._Scale.apply, lambda x, s: x.float() * s[:, None, None], (half(3, 5, 7, 11), torch.randn(3, 11)), 'xs', HALF)
    N, H, W, O, T = 3, 5, 5, 7, 9
    for P in (1, 2):
        def twin(u, d, m):
            x = u.float().view(N, H, W, P, P, O).permute(0, 1, 3, 2, 4, 5).reshape(N, H * P, W * P, O)
            x = torch.cat([x * d[:, None, None], x.new_zeros(N, H * P, W * P, T - O)], 3)
            return F.leaky_relu(x + m, 0.2) * 2 ** 0.5

        inputs = half(N, H, W, P * P * O), torch.randn(N, O), torch.randn(H * P, W * P, T)
        both(f'activate, {P} x {P} phases', fused._Activate.apply, twin, inputs, 'udm', HALF)
    both('skip', fused._Skip.apply, lambda x, t: _upsample(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1) + t,
         (torch.randn(2, 3, 5, 7), torch.randn(2, 6, 10, 7)), 'xt', 1e-6)


def networks():
    w = torch.randn(3, 13)  # rounding turns the sign of a few values near 0, and with it the slope of their leaky ReLU
    for up, dedicated in ((False, 0), (True, 0), (False, 4)):
        layer = Conv(6, 5 + dedicated, 13, 10 if up else 5, up, True, dedicated)
        torch.nn.init.normal_(layer.noise_const)
        both(f'convolution, up {up}, dedicated {dedicated}', lambda x, w: fused._conv(layer, x, w).permute(0, 3, 1, 2),
             lambda x, w: layer(x.permute(0, 3, 1, 2).float(), w), (half(3, 5, 5, 6), w), 'xw', 10 * HALF)
    kernel = torch.outer(torch.tensor([1.0, 3, 3, 1]), torch.tensor([1.0, 3, 3, 1])) / 16
    W, x = torch.randn(5, 6, 3, 3), torch.randn(2, 6, 5, 7)
    t = F.conv2d(F.conv_transpose2d(x, W.transpose(0, 1), stride=2), kernel[None, None].repeat(5, 1, 1, 1), padding=1, groups=5)
    y = F.conv2d(x, fused.phase_weights(W, kernel), padding=1).view(2, 2, 2, 5, 5, 7).permute(0, 3, 4, 1, 5, 2).reshape(t.shape)
    compare('up-convolution as four phases', y, t, 1e-6)
    rgb = ToRgb(6, 9, 13)
    both('to planes', lambda x, w: fused._to_rgb(rgb, x, w).permute(0, 3, 1, 2),
         lambda x, w: rgb(x.permute(0, 3, 1, 2).float(), w), (half(3, 5, 5, 6), w), 'xw', 3 * HALF)


def lookup():
    inputs = [torch.randn(2, 3, 32, 5, 7), torch.randn(64, 32), torch.randn(64), torch.randn(4, 64), torch.randn(4)]
    where = torch.rand(2, 37, 3) * 2.4 - 1.2  # some outside the planes
    both('points', *(lambda p, *w, fast=fast: points.query(p, where, 0.9, *w, fused=fast) for fast in (True, False)), inputs,
         ('planes', 'W1', 'b1', 'W2', 'b2'), 2e-5)


def main():
    torch.manual_seed(1)
    missing = [name for name in ('layers', 'points') if build.load(name) is None]
    if missing:
        raise SystemExit(f'check.py: no compiled {" and ".join(missing)} kernel. Install gcc.')
    layers()
    networks()
    lookup()
    if failed:
        sys.exit(f'{len(failed)} comparisons failed')


if __name__ == '__main__':
    main()
