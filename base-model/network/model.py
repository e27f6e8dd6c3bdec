"""The compact EG3D generator, written from the papers' formulas; parameter names follow EG3D so one loader reads both.

Differences a loader must know, all expressible in EG3D's own tensors: `noise_const` is a learned map per channel
(C,res,res) with strength 1 from `spatial_bias_min_res` up; the last `dedicated[res]` outputs of b{res}.conv1 have zero
weights, so they are nothing but such a map (naming.py says what they are for).
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from network import fused
from network import points as point_query

GAIN = math.sqrt(2)


class Linear(nn.Module):
    """Equalised learning rate: x (weight lr / sqrt(in))^T + bias lr."""

    def __init__(self, inputs, outputs, lr=1.0, bias=0.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / lr)
        self.bias = nn.Parameter(torch.full((outputs,), float(bias) / lr))
        self.lr, self.gain = lr, lr / math.sqrt(inputs)

    def forward(self, x):
        return F.linear(x, self.weight * self.gain, self.bias * self.lr)


class Mapping(nn.Module):
    """z (N,D) -> w (N,wDim); two layers. `normalized`: z already is x = z / rms(z)."""

    def __init__(self, z_dim, hidden, w_dim, lr):
        super().__init__()
        self.fc0, self.fc1 = Linear(z_dim, hidden, lr), Linear(hidden, w_dim, lr)
        self.register_buffer('w_avg', torch.zeros(w_dim))

    def forward(self, z, normalized=False):
        x = z if normalized else z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8)
        for layer in (self.fc0, self.fc1):
            x = F.leaky_relu(layer(x), 0.2) * GAIN
        return x


def _filter():
    k = torch.tensor([1.0, 3, 3, 1])
    k = k[None] * k[:, None]
    return k / k.sum()


def _upsample(image):
    """x2 with the filter [1,3,3,1], zeros outside."""
    return F.interpolate(F.pad(image, (1, 1, 1, 1)), scale_factor=2, mode='bilinear', align_corners=False)[:, :, 2:-2, 2:-2]


def _transposed(x, W):
    """conv_transpose2d(x, W^T, stride 2) for 3x3 W (O,I,3,3); on a CPU as one 2x2 convolution and a pixel shuffle."""
    if x.device.type != 'cpu':
        return F.conv_transpose2d(x, W.transpose(0, 1), stride=2)
    O, I = W.shape[:2]

    def rows(t, odd):
        return torch.stack([torch.zeros_like(t[:, :, 1]), t[:, :, 1]] if odd else [t[:, :, 2], t[:, :, 0]], 2)

    phases = [rows(rows(W, a).transpose(2, 3), b).transpose(2, 3) for a in (0, 1) for b in (0, 1)]
    return F.pixel_shuffle(F.conv2d(x, torch.stack(phases, 1).reshape(4 * O, I, 2, 2), padding=1), 2)[:, :, :-1, :-1]


class Conv(nn.Module):
    """Modulated 3x3 convolution: y = d conv(x s, W), + map, + bias, leaky ReLU 0.2, sqrt 2; d in float32."""

    def __init__(self, inputs, outputs, w_dim, res, up, learned_map, dedicated=0):
        super().__init__()
        self.up, self.dedicated = up, dedicated
        self.affine = Linear(w_dim, inputs, bias=1)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 3, 3))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.noise_strength = nn.Parameter(torch.tensor(float(learned_map)), requires_grad=False)
        if learned_map:
            self.noise_const = nn.Parameter(torch.zeros(outputs, res, res))
        else:
            self.register_buffer('noise_const', torch.zeros(res, res))
        self.register_buffer('resample_filter', _filter())

    def forward(self, x, w, kind=torch.float32):
        W = self.weight[:self.weight.shape[0] - self.dedicated]
        style = self.affine(w)
        d = torch.rsqrt(F.linear(style.square(), W.square().sum((2, 3))) + 1e-8)
        x = x.to(kind) * style[:, :, None, None].to(kind)
        if self.up:
            x = _transposed(x, W.to(kind))
            kernel = (self.resample_filter * 4)[None, None].expand(x.shape[1], 1, 4, 4).to(kind)
            x = F.conv2d(x, kernel, padding=1, groups=x.shape[1])
        else:
            x = F.conv2d(x, W.to(kind), padding=1)
        x = x * d[:, :, None, None].to(kind)
        if self.dedicated:
            x = torch.cat([x, x.new_zeros(x.shape[0], self.dedicated, *x.shape[2:])], 1)
        x = x + (self.noise_const * self.noise_strength + self.bias[:, None, None]).to(kind)
        return F.leaky_relu(x, 0.2) * GAIN


class ToRgb(nn.Module):
    """Modulated 1x1 convolution without demodulation -> plane channels, float32."""

    def __init__(self, inputs, outputs, w_dim):
        super().__init__()
        self.affine = Linear(w_dim, inputs, bias=1)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 1, 1))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.gain = 1 / math.sqrt(inputs)

    def forward(self, x, w):
        style = self.affine(w) * self.gain
        y = F.conv2d(x * style[:, :, None, None].to(x.dtype), self.weight.to(x.dtype))
        return y.float() + self.bias[None, :, None, None]


class Block(nn.Module):
    def __init__(self, inputs, outputs, w_dim, res, planes, learned_map, dedicated):
        super().__init__()
        self.res = res
        if res == 4:
            self.const = nn.Parameter(torch.randn(outputs, 4, 4))
        else:
            self.conv0 = Conv(inputs, outputs, w_dim, res, True, learned_map)
        self.conv1 = Conv(outputs, outputs + dedicated, w_dim, res, False, learned_map, dedicated)
        self.torgb = ToRgb(outputs + dedicated, planes, w_dim)
        self.register_buffer('resample_filter', _filter())

    def forward(self, x, image, w, kind):
        x = self.const[None].expand(len(w), -1, -1, -1) if self.res == 4 else self.conv0(x, w, kind)
        x = self.conv1(x, w, kind)
        rgb = self.torgb(x, w)
        return x, rgb if image is None else _upsample(image) + rgb


class Synthesis(nn.Module):
    def __init__(self, config):
        super().__init__()
        channels = {int(k): v for k, v in config['channels'].items()}
        dedicated = {int(k): v for k, v in config['dedicated'].items()}
        self.resolutions, inputs = sorted(channels), 0
        for res in self.resolutions:
            block = Block(inputs, channels[res], config['w_dim'], res, config['img_channels'],
                          res >= config['spatial_bias_min_res'], dedicated.get(res, 0))
            setattr(self, f'b{res}', block)
            inputs = channels[res] + dedicated.get(res, 0)

    def forward(self, w, max_res=None, half_up_to=0):
        """w (N,wDim), one code for all layers -> (N,96,res,res). Blocks up to `half_up_to` convolve in bfloat16."""
        x = image = None
        for res in self.resolutions:
            if max_res and res > max_res:
                break
            kind = torch.bfloat16 if res <= half_up_to else torch.float32
            x, image = getattr(self, f'b{res}')(x, image, w, kind)
        return image


class Generator(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.backbone, self.decoder = nn.Module(), nn.Module()
        self.backbone.mapping = Mapping(config['z_dim'], config['mapping_hidden'], config['w_dim'], config['mapping_lr_mul'])
        self.backbone.synthesis = Synthesis(config)
        hidden = config['decoder_hidden']
        self.decoder.net = nn.ModuleList([Linear(32, hidden), nn.Softplus(), Linear(hidden, config['decoder_out'])])

    def forward(self, x, named, max_res=None, half_up_to=0):
        """Training entry: x (N,D) normalised latents, named (N,K) coordinates -> planes (N,3,32,H,W)."""
        return self.planes(self.code(x, named), max_res, half_up_to)

    def code(self, x, named):
        """w (N,wDim) whose named coordinates are given instead of read from x."""
        free = self.backbone.mapping(x, normalized=True)[:, :self.config['w_free']]
        return torch.cat([free, named * self.config['named_scale']], 1)

    def planes(self, w, max_res=None, half_up_to=0):
        if half_up_to and w.device.type == 'cpu':  # the same, in bfloat16 throughout
            image = fused.synthesise(self.backbone.synthesis, w, max_res)
        else:
            image = self.backbone.synthesis(w, max_res, half_up_to)
        return image.view(len(image), 3, 32, *image.shape[2:])

    def query(self, planes, where, fused=True):
        """Raw density (column 0) and colour logits at points (N,P,3) in scene units -> (N,P,4)."""
        first, last = self.decoder.net[0], self.decoder.net[2]
        W2, b2 = last.weight[:4] * last.gain, last.bias[:4]
        if 'gain' in self.config:  # training-time scale of density and colour logits, see fold()
            gain = torch.tensor([self.config['gain'][0]] + [self.config['gain'][1]] * 3, device=W2.device)
            W2, b2 = W2 * gain[:, None], b2 * gain
        scale = 2 / self.config['box_warp']
        return point_query.query(planes, where, scale, first.weight * first.gain, first.bias, W2, b2, fused)


@torch.no_grad()
def fold(generator):
    """Puts the training-time gain into decoder.net.2, silences the features nobody renders: a plain EG3D decoder."""
    last = generator.decoder.net[2]
    if 'gain' in generator.config:
        density, colour = generator.config['gain']
        gain = torch.tensor([density] + [colour] * 3, device=last.weight.device)
        last.weight[:4] *= gain[:, None]
        last.bias[:4] *= gain
        generator.config = {k: v for k, v in generator.config.items() if k != 'gain'}
    last.weight[4:] = 0
    last.bias[4:] = 0
    return generator


def parameter_count(generator):
    return sum(p.numel() for p in generator.parameters())
