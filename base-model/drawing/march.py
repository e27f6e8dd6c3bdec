"""Rays, volume rendering as EG3D's MipRayMarcher2, and whole images (coarse + importance samples, deterministic)."""
import torch
import torch.nn.functional as F

from drawing import camera


def rays(labels, pixels, size):
    """labels (V,25), pixels (V,R) row-major index -> origins (V,1,3), unit directions (V,R,3) in scene units."""
    matrix, focal = labels[:, :16].view(-1, 4, 4), labels[:, 16][:, None]
    x = ((pixels % size).float() + 0.5) / size - 0.5
    y = (torch.div(pixels, size, rounding_mode='floor').float() + 0.5) / size - 0.5
    directions = torch.stack([x / focal, y / focal, torch.ones_like(x)], -1) @ matrix[:, :3, :3].transpose(1, 2)
    return matrix[:, None, :3, 3], F.normalize(directions, dim=-1)


def composite(raw, t):
    """raw (...,R,S,4) density and colour logits at sorted distances t (...,R,S).

    -> premultiplied rgb (...,R,3), alpha, expected distance (...,R), weights (...,R,S-1). EG3D: midpoint density
    softplus(sigma - 1), midpoint colour, sigmoid widened by 0.001.
    """
    colour = torch.sigmoid(raw[..., 1:]) * 1.002 - 0.001
    step, middle = t[..., 1:] - t[..., :-1], (t[..., 1:] + t[..., :-1]) * 0.5
    density = F.softplus((raw[..., :-1, 0] + raw[..., 1:, 0]) * 0.5 - 1)
    stopped = 1 - torch.exp(-density * step)
    passed = torch.cumprod(torch.cat([torch.ones_like(stopped[..., :1]), 1 - stopped + 1e-10], -1), -1)[..., :-1]
    weights = stopped * passed
    alpha = weights.sum(-1)
    rgb = (weights[..., None] * (colour[..., :-1, :] + colour[..., 1:, :]) * 0.5).sum(-2)
    return rgb, alpha, (weights * middle).sum(-1) / alpha.clamp_min(1e-4), weights


def colour_of(raw):
    return torch.sigmoid(raw[..., 1:]) * 1.002 - 0.001


def importance(t, weights, count):
    """EG3D's importance samples at the middles of `count` equal strata of the smoothed weights' distribution."""
    R = t.shape[1]
    w = F.avg_pool1d(F.max_pool1d(F.pad(weights, (1, 1)), 2, 1), 2, 1)[..., 1:-1] + 0.01
    middle = (t[..., 1:] + t[..., :-1]) * 0.5
    cdf = (w / w.sum(-1, keepdim=True)).cumsum(-1)
    cdf = torch.cat([torch.zeros_like(cdf[..., :1]), cdf], -1)
    u = ((torch.arange(count, device=t.device) + 0.5) / count).expand(1, R, count).contiguous()
    at = torch.searchsorted(cdf, u, right=True).clamp(1, cdf.shape[-1] - 1)
    c0, c1 = cdf.gather(-1, at - 1), cdf.gather(-1, at)
    m0, m1 = middle.gather(-1, at - 1), middle.gather(-1, at)
    return m0 + (u - c0) / (c1 - c0).clamp_min(1e-5) * (m1 - m0)


@torch.no_grad()
def render_image(generator, planes, label, size=128, coarse=48, fine=48, chunk=16384):
    """planes (1,3,32,H,W), label (25,) -> premultiplied rgba (S,S,4), distance along the ray (S,S)."""
    device, out = planes.device, []
    origin, directions = rays(label[None].to(device), torch.arange(size * size, device=device)[None], size)
    for first in range(0, size * size, chunk):
        d = directions[:, first:first + chunk]
        R = d.shape[1]
        t = torch.linspace(camera.RAY_START, camera.RAY_END, coarse, device=device).expand(1, R, coarse) + origin.norm()

        def at(t):
            where = origin[:, :, None] + d[:, :, None] * t[..., None]
            return generator.query(planes, where.reshape(1, -1, 3)).view(1, R, -1, 4)

        raw = at(t)
        if fine:
            more = importance(t, composite(raw, t)[3], fine)
            t, order = torch.cat([t, more], -1).sort(-1)
            raw = torch.cat([raw, at(more)], 2)
            raw = raw.gather(2, order[..., None].expand_as(raw))
        rgb, alpha, distance, _ = composite(raw, t)
        out.append(torch.cat([rgb, alpha[..., None], distance[..., None]], -1)[0])
    image = torch.cat(out).view(size, size, 5)
    return image[..., :4], image[..., 4]
