"""A quick look at identities never trained on, while training: PSNR, IoU, expression agreement, a sheet truth/model."""
import math
import os

import numpy as np
import torch

from drawing.march import render_image
from heads.portrait import Portraits, grid
from heads.rendered import HELD_OUT, render_head


def picture(image):
    """Premultiplied (S,S,4) float -> RGB uint8 over grey."""
    rgb = image[..., :3] + (1 - image[..., 3:]) * 0.5
    return (rgb.clamp(0, 1) * 255 + 0.5).byte().cpu().numpy()


def premultiplied(rgba):
    """uint8 straight (…,4) -> float premultiplied."""
    f = torch.as_tensor(rgba).float() / 255
    return torch.cat([f[..., :3] * f[..., 3:], f[..., 3:]], -1)


def psnr_in_mask(image, truth):
    inside = truth[..., 3] > 0.5
    return -10 * math.log10(max(float((image[..., :3] - truth[..., :3])[inside].square().mean()), 1e-10))


def iou(image, truth):
    a, b = image[..., 3] > 0.5, truth[..., 3] > 0.5
    return float((a & b).sum() / (a | b).sum().clamp_min(1))


def over_grey(image):
    return image[..., :3] + (1 - image[..., 3:]) * 0.5


def agreement(change, wanted):
    """Cosine and gain of two difference images."""
    dot = float((change * wanted).sum())
    norms = float(change.square().sum()) * float(wanted.square().sum())
    return dot / math.sqrt(norms + 1e-12), dot / (float(wanted.square().sum()) + 1e-12)


class HeldOut:
    def __init__(self, pack, latent, count, size):
        portraits = Portraits(pack, latent)
        self.size = size
        self.heads = [render_head(portraits, HELD_OUT + i, 2, size) for i in range(count)]

    @torch.no_grad()
    def check(self, generator, device, max_res, out):
        scores, cosines, pictures, tensor = [], [], [], lambda a: torch.from_numpy(np.asarray(a)).to(device)
        for i, head in enumerate(self.heads):
            x = tensor(head['x'])[None].repeat(2, 1)
            planes = generator(x, tensor(head['named']), max_res)
            view = i % 2
            made = [render_image(generator, planes[s:s + 1], tensor(head['labels'][view]), self.size, 32, 32)[0] for s in (0, 1)]
            true = [premultiplied(head['rgba'][s, view]).to(device) for s in (0, 1)]
            scores += [(psnr_in_mask(m, t), iou(m, t)) for m, t in zip(made, true)]
            cosines.append(agreement(over_grey(made[1]) - over_grey(made[0]), over_grey(true[1]) - over_grey(true[0]))[0])
            if i < 6:
                pictures += [picture(image) for image in (true[0], made[0], true[1], made[1])]
        grid(pictures, 8).save(os.path.join(out, 'heldout.png'))
        psnr, overlap = np.mean(scores, 0)
        return {'psnr': round(float(psnr), 3), 'iou': round(float(overlap), 4), 'cosine': round(float(np.mean(cosines)), 3)}
