"""What training minimises: colour, alpha, depth and their differences between two expressions of one identity."""
import torch
import torch.nn.functional as F

from drawing import camera
from drawing.march import colour_of, composite, rays

TERMS = ('rgb', 'l2', 'alpha', 'depth', 'surface', 'gradient', 'difference')


@torch.no_grad()
def choose(batch, patch, count, feature_weight):
    """Pixels to look at: `count` cells of patch x patch per view, the same in both states, drawn by importance.

    -> dict: pixels (B,V,R), and per state and ray (B,2,V,R,...): origin, direction, rgb, alpha, distance, solid, valid.
    """
    rgba, distance, labels = batch['rgba'], batch['distance'], batch['labels']
    B, S, V, size = rgba.shape[:4]
    device = rgba.device
    flat = lambda a, *tail: a.reshape(B, S, V, size * size, *tail)
    everything = torch.arange(size * size, device=device)[None].expand(B * V, -1)
    origin, direction = rays(labels.reshape(B * V, 25), everything, size)
    origin, direction = origin.view(B, 1, V, 1, 3), direction.view(B, 1, V, -1, 3)
    dist, alpha = flat(distance).float(), flat(rgba[..., 3])
    solid = alpha > 4
    P = origin + direction * dist[..., None]
    outside = solid & (P.abs().amax(-1) > camera.CUT)  # the planes cannot show it
    px, py, pz = P.unbind(-1)
    face = solid & (pz > 0.06) & (py < 0.16) & (py > -0.27) & (px.abs() < 0.17)
    feature = face & (px.abs() < 0.11) & (((py > -0.05) & (py < 0.06)) | ((py < -0.085) & (py > -0.2)))
    weight = torch.full_like(dist, 0.5)
    for mask, value in ((solid, 1.0), (face, 1.5), (feature, feature_weight), (outside, 0.05)):
        weight = torch.where(mask, torch.full_like(weight, value), weight)
    change = (flat(rgba[..., :3], 3).float()[:, 0] - flat(rgba[..., :3], 3).float()[:, -1]).abs().mean(-1) / 255
    weight = weight.amax(1) * (1 + 12 * change.clamp(max=0.4))  # (B,V,S*S): where the expressions differ
    # Cells of a grid that is shifted at random; those at the border are moved inside, so that its pixels are seen as well.
    cells = size // patch
    corners = [(torch.arange(cells, device=device) * patch + shift - patch // 2).clamp(0, size - patch)
               for shift in torch.randint(0, patch, (2,)).tolist()]
    share = F.avg_pool2d(weight.view(B * V, 1, size, size), patch, 1)[:, 0][:, corners[0]][:, :, corners[1]].flatten(1)
    key = torch.rand(share.shape, device=device).clamp_min(1e-6) ** (1 / share)  # weighted, without replacement
    cell = key.topk(count, 1)[1].sort(1)[0]
    y, x = corners[0][torch.div(cell, cells, rounding_mode='floor')], corners[1][cell % cells]
    step = torch.arange(patch, device=device)
    pixels = ((y[:, :, None, None] + step[:, None]) * size + x[:, :, None, None] + step).reshape(B, 1, V, -1)
    pick = pixels.expand(B, S, V, -1)
    pick3 = pick[..., None].expand(*pick.shape, 3)
    straight = flat(rgba[..., :3], 3).gather(3, pick3).float() / 255
    a = alpha.gather(3, pick).float() / 255
    return {'origin': origin.expand(B, S, V, 1, 3), 'direction': direction.expand(B, S, V, -1, 3).gather(3, pick3),
            'straight': straight, 'rgb': straight * a[..., None], 'alpha': a, 'distance': dist.gather(3, pick),
            'solid': solid.gather(3, pick), 'valid': 1 - outside.gather(3, pick).float()}


@torch.no_grad()
def sample_distances(rays_, coarse, fine):
    """Distances along the rays (..., coarse + fine + 1): strata of the whole range, around the true surface, on it."""
    distance, solid = rays_['distance'][..., None], rays_['solid'][..., None]
    shape = rays_['distance'].shape
    away = rays_['origin'].norm(dim=-1, keepdim=True)
    near, far = away + camera.RAY_START, away + camera.RAY_END
    random = lambda n: torch.rand(*shape, n, device=distance.device)
    strata = lambda n: (torch.arange(n, device=distance.device) + random(n)) / n
    wide = torch.where(random(1) < 0.7, torch.full_like(distance, 0.022), torch.full_like(distance, 0.07))
    u = strata(fine)
    around = torch.where(solid, distance + (2 * u - 1) * wide, near + 0.07 + u * 0.8)
    surface = torch.where(solid, distance, far.expand_as(distance))
    return torch.cat([near + strata(coarse) * (far - near), around, surface], -1)


def _mean(value, weight):
    return (value * weight).sum() / weight.sum().clamp_min(1)


def losses(generator, planes, chosen, options):
    """planes (B*2,3,32,H,W) -> ({term: scalar}, predicted patches, true patches (N,4,patch,patch))."""
    t = sample_distances(chosen, options.coarse, options.fine)
    B, S, V, R, K = t.shape
    where = chosen['origin'][..., None, :] + chosen['direction'][..., None, :] * t[..., None]
    raw = generator.query(planes, where.reshape(B * S, V * R * K, 3)).view(B, S, V, R, K, 4)
    surface = colour_of(raw[..., -1, :])
    t, order = t.sort(-1)
    rgb, alpha, distance, _ = composite(raw.gather(4, order[..., None].expand_as(raw)), t)

    valid, true, true_alpha = chosen['valid'], chosen['rgb'], chosen['alpha']
    solid = (chosen['solid'] & (true_alpha > 0.95)).float() * valid
    error = rgb - true
    out = {'rgb': _mean((error.square() + 1e-6).sqrt().mean(-1), valid), 'l2': _mean(error.square().mean(-1), valid),
           'alpha': _mean((alpha - true_alpha).abs(), valid),
           'depth': _mean((distance - chosen['distance']).abs(), solid),
           'surface': _mean((surface - chosen['straight']).abs().mean(-1), solid)}
    q = options.patch
    patches = lambda c, a: torch.cat([c, a[..., None]], -1).view(-1, q, q, 4)
    e, v = patches(rgb, alpha) - patches(true, true_alpha), valid.reshape(-1, q, q, 1)
    down, across = (e[:, 1:] - e[:, :-1]).abs() * v[:, 1:], (e[:, :, 1:] - e[:, :, :-1]).abs() * v[:, :, 1:]
    out['gradient'] = 0.5 * (down.mean() + across.mean())
    # Between the two states: what every identity-related error has in common cancels, the expression is left.
    change, wanted = rgb[:, 1] - rgb[:, 0], true[:, 1] - true[:, 0]
    weight = valid[:, 0] * valid[:, 1] * (1 + 8 * wanted.abs().mean(-1).clamp(max=0.3))
    slip = change - wanted
    out['difference'] = _mean(slip.abs().mean(-1) + 4 * slip.square().mean(-1), weight)
    picture = lambda c, a: patches(c, a).permute(0, 3, 1, 2)
    return out, picture(rgb, alpha), picture(true, true_alpha)
