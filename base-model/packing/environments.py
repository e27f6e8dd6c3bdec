"""Light for the pack: photographed environments (Poly Haven, CC0) as a Gaussian space of light.

Every environment, turned about the vertical in steps of 15 degrees and mirrored, is averaged over the directions of
lighting.py, balanced as a camera would, and taken as logarithms; the principal components of these are `light.modes`.
A light is exp(mean + sum of x_k mode_k), x ~ N(0, I): always positive, continuous, and with the mirror a sign per mode.
"""
import os

import numpy as np

from drawing.lighting import AROUND, MIRROR

PEAK = 40.0  # times an environment's mean radiance; what is brighter (the sun: 3000) is cut
BALANCE = 0.65  # share of an environment's colour cast that the camera takes out
TURNS, ODD, EVEN = 24, 7, 9
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def _averages(image):
    """Equirectangular rows from the ground up (H,W,3) -> radiance (T,D,3) of the directions' cells, for all turns."""
    h, w, _ = image.shape
    elevation = ((np.arange(h) + 0.5) / h - 0.5) * np.pi
    azimuth = (np.arange(w) + 0.5) / w * 2 * np.pi
    solid = np.cos(elevation)[:, None].repeat(w, 1)
    level = (image @ LUMINANCE * solid).sum() / solid.sum()
    image = image * np.minimum(1, PEAK * level / np.maximum(image @ LUMINANCE, 1e-6))[..., None]
    out = []
    for turn in np.arange(TURNS) * 2 * np.pi / TURNS:
        a = azimuth + turn
        rays = np.stack([np.cos(elevation)[:, None] * np.sin(a), np.sin(elevation)[:, None].repeat(w, 1),
                         np.cos(elevation)[:, None] * np.cos(a)], -1)
        cell = (rays.reshape(-1, 3) @ AROUND.T).argmax(1)
        total = np.stack([np.bincount(cell, (image[..., c] * solid).ravel(), len(AROUND)) for c in range(3)], 1)
        out.append(total / np.bincount(cell, solid.ravel(), len(AROUND))[:, None])
    return np.stack(out)


def _balanced(radiance):
    """Exposure and white balance of a camera that looks at the face: light from the front becomes 1, nearly grey."""
    facing = np.maximum(AROUND[:, 2] + 0.3, 0)
    front = (radiance * facing[None, :, None]).sum(1) / facing.sum()
    level = front @ LUMINANCE
    cast = front / level[:, None]
    return radiance / (level[:, None] * cast ** BALANCE)[:, None, :]


def _components(rows, count):
    """rows (N,D*3), zero mean -> `count` principal components scaled by their standard deviations."""
    _, size, axes = np.linalg.svd(rows, full_matrices=False)
    return axes[:count] * (size[:count] / np.sqrt(len(rows)))[:, None]


def read(folder):
    """-> entries of the pack: `light.mean` (D,3), `light.modes` (ODD + EVEN, D, 3), those that a mirror negates first."""
    source = np.load(os.path.join(folder, 'hdri/polyhaven-64x32.npz'))
    logs = np.log(np.maximum(_balanced(np.concatenate([_averages(source[name].astype(np.float64)) for name in source.files])), 1e-3))
    logs = np.maximum(logs, np.log(0.03))  # a black cell would pull whole components
    mirrored = logs[:, MIRROR]
    even, odd = (logs + mirrored) / 2, (logs - mirrored) / 2
    mean = even.mean(0)
    flat = lambda a: a.reshape(len(a), -1)
    modes = np.concatenate([_components(flat(odd), ODD), _components(flat(even - mean), EVEN)])
    kept = (modes ** 2).sum() / (((even - mean) ** 2).sum() + (odd ** 2).sum()) * len(logs)
    print(f'light: {len(source.files)} environments, {len(modes)} components keep {kept:.0%} of the variance')
    return {'light.mean': mean.astype(np.float32), 'light.modes': modes.reshape(-1, len(AROUND), 3).astype(np.float32)}
