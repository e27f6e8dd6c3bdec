"""The rasteriser in torch operators: the twin of native/raster.c for machines without a compiler; runs on CUDA as well.

Triangles are expanded to the pixel centres of their boxes (in groups of similar size), the nearest opaque hit is a
scatter-minimum, transparent hits are sorted by pixel and depth and composited with a segmented cumulative product.
Unlike raster.c a pixel may have any number of transparent layers.
"""
import numpy as np
import torch

CHUNK = 4_000_000  # candidate pixels handled at once
OPAQUE = 0.93  # as good as opaque (raster.c)


def _candidates(a, b, c, side, tolerance):
    """Pixels inside triangles with corners a, b, c (T,3) screen x, y, depth -> triangle, pixel, barycentric (M,3)."""
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    xy = torch.stack([a, b, c])[..., :2]
    first = torch.ceil(xy.amin(0) - 0.5).clamp(min=0).long()
    last = torch.floor(xy.amax(0) - 0.5).clamp(max=side - 1).long()
    extent = (last - first + 1).clamp(min=0)
    count = extent[:, 0] * extent[:, 1] * (area.abs() > 1e-9)
    ids = torch.nonzero(count).flatten()
    out = []
    ends = count[ids].cumsum(0)
    start = 0
    while start < len(ids):
        base = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(torch.searchsorted(ends, torch.tensor(base + CHUNK, device=ends.device))))
        some = ids[start:stop]
        t = torch.repeat_interleave(some, count[some])
        at = torch.arange(len(t), device=t.device) - torch.repeat_interleave(ends[start:stop] - count[some] - base, count[some])
        x, y = first[t, 0] + at % extent[t, 0], first[t, 1] + torch.div(at, extent[t, 0], rounding_mode='floor')
        px, py = x.float() + 0.5, y.float() + 0.5
        A, B, C = a[t], b[t], c[t]
        w1 = ((px - A[:, 0]) * (C[:, 1] - A[:, 1]) - (py - A[:, 1]) * (C[:, 0] - A[:, 0])) / area[t]
        w2 = ((B[:, 0] - A[:, 0]) * (py - A[:, 1]) - (B[:, 1] - A[:, 1]) * (px - A[:, 0])) / area[t]
        w = torch.stack([1 - w1 - w2, w1, w2], -1)
        keep = (w >= -tolerance).all(-1)
        out.append((t[keep], (y * side + x)[keep], w[keep]))
        start = stop
    if not out:
        empty = torch.zeros(0, dtype=torch.long, device=a.device)
        return empty, empty, torch.zeros(0, 3, device=a.device)
    return tuple(torch.cat(parts) for parts in zip(*out))


def visibility(vertices, triangles, points, normals, directions, side, bias, device='cpu'):
    """As raster.visibility: arrays in, (D,P) float32 out."""
    move = lambda a: torch.from_numpy(a).to(device)
    triangles = move(triangles.astype(np.int64))
    vertices, points, normals, directions = (move(a) for a in (vertices, points, normals, directions))
    used = vertices[triangles.flatten()]
    low, high = used.amin(0), used.amax(0)
    centre, scale = (low + high) / 2, (side - 2) / (high - low).norm()
    out = []
    for d in directions:
        up = torch.tensor([1.0, 0, 0] if abs(float(d[1])) > 0.9 else [0, 1.0, 0], device=device)
        X = torch.linalg.cross(up, d) if hasattr(torch.linalg, 'cross') else torch.cross(up, d)
        X = X / X.norm()
        axes = torch.stack([X * scale, torch.linalg.cross(d, X) * scale, d], 1)
        shift = torch.tensor([side / 2, side / 2, 0.0], device=device)
        screen = (vertices - centre) @ axes + shift
        corners = [screen[triangles[:, k]] for k in range(3)]
        t, pixel, w = _candidates(*corners, side, 1e-5)
        z = sum(w[:, k] * corners[k][t, 2] for k in range(3))
        depth = torch.full((side * side,), -1e9, device=device).scatter_reduce(0, pixel, z, 'amax')
        p = (points + normals * bias - centre) @ axes + shift
        x, y, z = p[:, 0] - 0.5, p[:, 1] - 0.5, p[:, 2] + bias
        x0, y0, total = x.floor(), y.floor(), 0
        for j in (0, 1):
            for i in (0, 1):
                xx, yy = (x0 + i).long(), (y0 + j).long()
                inside = (xx >= 0) & (yy >= 0) & (xx < side) & (yy < side)
                seen = ~inside | (depth[(yy * side + xx).clamp(0, side * side - 1)] <= z)
                share = ((x - x0) if i else 1 - (x - x0)) * ((y - y0) if j else 1 - (y - y0))
                total = total + share * seen
        out.append(total)
    return torch.stack(out).cpu().numpy()


def _sample(texture, u, v):
    """Bilinear lookup (H,W,4), v upwards, clamped at the edge -> (M,4)."""
    H, W = texture.shape[:2]
    x, y = u * W - 0.5, (1 - v) * H - 0.5
    x0, y0 = x.floor(), y.floor()
    fx, fy = (x - x0)[:, None], (y - y0)[:, None]
    at = lambda dx, dy: texture[(y0 + dy).long().clamp(0, H - 1), (x0 + dx).long().clamp(0, W - 1)]
    return (at(0, 0) * (1 - fx) + at(1, 0) * fx) * (1 - fy) + (at(0, 1) * (1 - fx) + at(1, 1) * fx) * fy


def _shade(A, M, texel, eye, key, key_colour):
    """A (M,12) attributes, M (M,12) material rows -> colour (M,3), opacity (M,). Formula: raster.c shade()."""
    unit = lambda v: v / v.norm(dim=-1, keepdim=True).clamp_min(1e-6)
    dot = lambda a, b: (a * b).sum(-1)
    N, V = unit(A[:, 3:6]), unit(eye - A[:, :3])
    facing = dot(N, V)
    N = torch.where(((facing < 0) & (M[:, 8] <= 0))[:, None], -N, N)
    H = unit(V + key)
    fresnel = M[:, 4] + (1 - M[:, 4]) * (1 - dot(V, H)).clamp_min(0) ** 5
    lobe = M[:, 2] * dot(N, H).clamp_min(0) ** M[:, 3] * (M[:, 3] + 2) / 8
    specular = lobe * fresnel * dot(N, key.expand_as(N)).clamp_min(0) * A[:, 11]
    rim = M[:, 10] * (1 - facing.abs()).clamp_min(0) ** 4 * A[:, 6:9].mean(-1)
    colour = texel[:, :3] * M[:, 5:8] * A[:, 6:9] + specular[:, None] * key_colour + rim[:, None]
    cornea = torch.maximum(texel[:, 3], (specular * key_colour[1] * 0.6).clamp(max=1))
    return colour, torch.where(M[:, 1] <= 0, torch.ones_like(cornea), torch.where(M[:, 11] > 0, cornea, texel[:, 3]))


def _surface(t, w, screen, attributes, triangles, rows, textures, lights, cut):
    """Depth, colour and opacity of hits: triangle t, screen barycentric w."""
    corners = triangles[t]
    q = w / screen[corners][..., 2]
    z = 1 / q.sum(-1)
    A = (attributes[corners] * q[..., None]).sum(1) * z[:, None]
    M, texel = rows[t], torch.ones(len(t), 4, device=w.device)
    for i, texture in enumerate(textures):
        mine = M[:, 0] == i
        if mine.any():
            texel[mine] = _sample(texture, A[mine, 9], A[mine, 10])
    colour, opacity = _shade(A, M, texel, *lights)
    return z, colour, opacity, ~((M[:, 0] == -2) & (A[:, 9] < 0)) & (A[:, :3].abs().amax(1) <= cut)


def render(side, screen, attributes, triangles, material_of, textures, materials, eye, key, key_colour, cut,
           device='cpu'):
    """As raster.render."""
    move = lambda a: torch.from_numpy(np.ascontiguousarray(a)).to(device)
    screen, attributes, rows = move(screen), move(attributes), move(materials[material_of])
    triangles, textures = move(triangles.astype(np.int64)), [move(t) for t in textures]
    lights = move(eye), move(key), move(key_colour)
    a, b, c = (screen[triangles[:, k]] for k in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    drawn = ~((rows[:, 8] > 0) & (area > 0)) & (torch.stack([a, b, c])[..., 2].amin(0) > 0.1)
    pixels, hits = side * side, []
    for transparent in (False, True):
        ids = torch.nonzero(drawn & ((rows[:, 1] > 0) == transparent)).flatten()
        t, pixel, w = _candidates(a[ids], b[ids], c[ids], side, 0)
        hits.append((ids[t], pixel, *_surface(ids[t], w, screen, attributes, triangles, rows, textures, lights, cut)))
    t, pixel, z, colour, _, keep = hits[0]
    pixel, z, colour = pixel[keep], z[keep], colour[keep]
    depth = torch.full((pixels,), 1e9, device=device).scatter_reduce(0, pixel, z, 'amin')
    front = torch.nonzero(z <= depth[pixel]).flatten()
    solid = torch.zeros(pixels, 3, device=device)
    solid[pixel[front]] = colour[front]
    t, pixel, z, colour, opacity, inside = hits[1]
    keep = inside & (z < depth[pixel] + rows[t, 9]) & (opacity > 0.02)
    pixel, z, colour, opacity = pixel[keep], z[keep], colour[keep], opacity[keep]
    opacity = torch.where(opacity >= OPAQUE, torch.full_like(opacity, 0.9999), opacity)
    order = torch.argsort(z)
    order = order[torch.argsort(pixel[order], stable=True)]
    pixel, z, colour, opacity = pixel[order], z[order], colour[order], opacity[order]
    log = torch.log1p(-opacity.double())
    total = log.cumsum(0)
    starts = torch.ones_like(pixel, dtype=torch.bool)
    starts[1:] = pixel[1:] != pixel[:-1]
    before = (total - log)[starts][starts.cumsum(0) - 1] if len(pixel) else total
    passed = torch.exp(total - log - before).float()
    rgb = torch.zeros(pixels, 3, device=device).index_add(0, pixel, colour * (opacity * passed)[:, None])
    through = torch.exp(torch.zeros(pixels, dtype=torch.double, device=device).index_add(0, pixel, log)).float()
    half = passed * (1 - opacity) < 0.5
    card = torch.full((pixels,), 1e9, device=device).scatter_reduce(0, pixel[half], z[half], 'amin')
    hit = (depth < 1e8).float()
    out = rgb + (through * hit)[:, None] * solid, 1 - through * (1 - hit), torch.minimum(card, depth)
    return tuple(o.view(side, side, -1).squeeze(-1).cpu().numpy() for o in out)
