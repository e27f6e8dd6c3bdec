"""The synthesis network on a CPU that multiplies bfloat16 matrices: same numbers as model.py to bfloat16.

AMX has units for them, AVX-512 dot products (a training step on an AMD EPYC: 2.4 s of one core, 3.3 s without).

Everything is channels last. Up-convolutions are one 3x3 convolution to four phases with the blur folded into its
weights: more products, which are cheap here, and no pass over memory but the products' own. What surrounds the
convolutions is native/layers.c.
"""
import ctypes
import functools

import torch
import torch.nn.functional as F

from native import build


@functools.lru_cache(None)
def available():
    """Is this a CPU with bfloat16 matrix or dot product units, and are the kernels there?"""
    return (build.cpu_has('amx_bf16') or build.cpu_has('avx512_bf16')) and build.load('layers') is not None


def _call(name, *arguments):
    getattr(build.load('layers'), name)(*(ctypes.c_void_p(a.data_ptr()) if torch.is_tensor(a) else ctypes.c_long(a)
                                          for a in arguments))


class _Scale(torch.autograd.Function):
    """x (N,H,W,C) bfloat16 times s (N,C)."""

    @staticmethod
    def forward(ctx, x, s):
        x, s, y = x.contiguous(), s.contiguous(), torch.empty(x.shape, dtype=x.dtype)
        _call('scale_forward', x, s, y, x.shape[0], x.shape[1] * x.shape[2], x.shape[3])
        ctx.save_for_backward(x, s)
        return y

    @staticmethod
    def backward(ctx, gy):
        x, s = ctx.saved_tensors
        gx, gs = torch.empty_like(x), torch.empty_like(s)
        _call('scale_backward', x, s, gy.contiguous(), gx, gs, x.shape[0], x.shape[1] * x.shape[2], x.shape[3])
        return gx, gs


class _Activate(torch.autograd.Function):
    """u (N,H,W,P*P*O) bfloat16, d (N,O), m (R,R,T) -> leaky(u d + m) sqrt 2, (N,R,R,T) bfloat16."""

    @staticmethod
    def forward(ctx, u, d, m):
        u, d, m = u.contiguous(), d.contiguous(), m.contiguous()
        N, H, W, _ = u.shape
        sizes = N, H, W, m.shape[0] // H, d.shape[1], m.shape[2]
        y = torch.empty(N, *m.shape, dtype=u.dtype)
        _call('activate_forward', u, d, m, y, *sizes)
        ctx.save_for_backward(u, d, m)
        ctx.sizes = sizes
        return y

    @staticmethod
    def backward(ctx, gy):
        u, d, m = ctx.saved_tensors
        gu, gd, gm = torch.empty_like(u), torch.empty_like(d), torch.empty_like(m)
        _call('activate_backward', u, d, m, gy.contiguous(), gu, gd, gm, *ctx.sizes)
        return gu, gd, gm


class _Skip(torch.autograd.Function):
    """up(x) + t: x (N,H,W,C), t (N,2H,2W,C) float32."""

    @staticmethod
    def forward(ctx, x, t):
        x, t = x.contiguous(), t.contiguous()
        y = torch.empty_like(t)
        _call('skip_forward', x, t, y, *x.shape)
        ctx.sizes = x.shape
        return y

    @staticmethod
    def backward(ctx, gy):
        gy, gx = gy.contiguous(), torch.empty(ctx.sizes)
        _call('skip_backward', gy, gx, *ctx.sizes)
        return gx, gy


def phase_weights(W, kernel):
    """Transposed convolution by W (O,I,3,3), stride 2, then `kernel` (4,4): (4 O,I,3,3) of a plain one to four phases.

    With g = W * kernel (6 taps an axis) output 2q + a takes input q + b with weight g[a - 2b + 2], b = -1, 0, 1.
    """
    O, I = W.shape[:2]
    g = F.conv2d(W.reshape(O * I, 1, 3, 3), kernel[None, None], padding=3).view(O, I, 6, 6)
    return torch.stack([g[:, :, [a + 4, a + 2, a]][:, :, :, [b + 4, b + 2, b]] for a in (0, 1) for b in (0, 1)]).flatten(0, 1)


def _last(x):
    """(N,C,H,W) in channels-last memory as (N,H,W,C), no copy."""
    return x.permute(0, 2, 3, 1)


def _conv(layer, x, w):
    """model.Conv on x (N,H,W,I) bfloat16 -> (N,R,R,T)."""
    W = layer.weight[:layer.weight.shape[0] - layer.dedicated]
    style = layer.affine(w)
    d = torch.rsqrt(F.linear(style.square(), W.square().sum((2, 3))) + 1e-8)
    if layer.up:
        W = phase_weights(W, layer.resample_filter * 4)
    scaled = _Scale.apply(x, style).permute(0, 3, 1, 2)
    u = F.conv2d(scaled, W.to(torch.bfloat16).contiguous(memory_format=torch.channels_last), padding=1)
    R = x.shape[1] * (2 if layer.up else 1)
    m = layer.noise_const * layer.noise_strength + layer.bias[:, None, None]
    return _Activate.apply(_last(u), d, m.expand(-1, R, R).permute(1, 2, 0))


def _to_rgb(layer, x, w):
    """model.ToRgb on x (N,R,R,T) bfloat16 -> (N,R,R,planes) float32: one matrix product a head, the style in its weights."""
    N, R, _, T = x.shape
    weight = layer.weight[:, :, 0, 0] * (layer.affine(w) * layer.gain)[:, None]
    y = torch.bmm(x.reshape(N, R * R, T), weight.to(torch.bfloat16).transpose(1, 2))
    return (y.float() + layer.bias).view(N, R, R, -1)


def synthesise(synthesis, w, max_res=None):
    """model.Synthesis.forward; the planes' memory is channels last, which the point kernel reads without a copy."""
    image = x = None
    for res in synthesis.resolutions:
        if max_res and res > max_res:
            break
        block = getattr(synthesis, f'b{res}')
        if res == 4:
            x = block.const.permute(1, 2, 0).to(torch.bfloat16).expand(len(w), -1, -1, -1)
        else:
            x = _conv(block.conv0, x, w)
        x = _conv(block.conv1, x, w)
        rgb = _to_rgb(block.torgb, x, w)
        image = rgb if image is None else _Skip.apply(image, rgb)
    return image.permute(0, 3, 1, 2)
