"""The model beside the truth on heads that were never trained on."""
import numpy as np
import torch

from drawing import camera
from drawing.march import composite, importance, rays
from heads import expressions as ex
from heads.latent import HAIR_NAMES, LatentMap
from heads.portrait import Portraits
from heads.sampling import sample_pair
from judging.heldout import premultiplied
from shipping import directions
from shipping.average import load_average

SAMPLES = 32  # coarse and again fine, as the trainer's own check
COVERING = ('layered', 'bob')  # styles whose hair hangs over an eye
EMPTY = 1e-3  # alpha below which a ray's fine samples are left out


class Proof:
    """`directions_path`: the base.directions.json that lengthens judged expressions; absent: the bare coordinates."""

    def __init__(self, run, pack, device, size, config_path='', directions_path=''):
        self.generator, self.state = load_average(run, device, config_path)
        self.portraits = Portraits(pack, LatentMap.from_json(self.state['latent']))
        self.device, self.size = device, size
        stated = directions.stated_strengths(directions_path, self.state['config']['named_scale']) if directions_path else {}
        self.strength = np.array([stated.get(name, 1) for name in ex.NAMES], np.float32)

    def scene(self, x, named):
        return self.portraits.scene(x, named, identity=x.tobytes())

    def truth(self, scene, view):
        """-> premultiplied rgba (S,S,4), distance along the ray (S,S)."""
        rgba, distance = self.portraits.render(scene, camera.View(*view), self.size)
        return premultiplied(rgba).to(self.device), torch.from_numpy(distance).to(self.device)

    def planes(self, x, named):
        tensor = lambda a: torch.from_numpy(np.asarray(a, np.float32))[None].to(self.device)
        return self.generator(tensor(x), tensor(named))

    def model(self, planes, view):
        """As truth(). Rays whose coarse samples meet nothing get no fine ones: half of a portrait is background."""
        size, device = self.size, planes.device
        label = torch.from_numpy(camera.label(camera.View(*view)))[None].to(device)
        origin, ahead = rays(label, torch.arange(size * size, device=device)[None], size)

        def at(d, t):
            where = origin[:, :, None] + d[:, :, None] * t[..., None]
            return self.generator.query(planes, where.reshape(1, -1, 3)).view(1, d.shape[1], -1, 4)

        t = torch.linspace(camera.RAY_START, camera.RAY_END, SAMPLES, device=device).expand(1, size * size, SAMPLES)
        t = t + label[0, [3, 7, 11]].norm()
        raw = at(ahead, t)
        rgb, alpha, distance, weights = composite(raw, t)
        out = torch.cat([rgb, alpha[..., None], distance[..., None]], -1)[0]
        met = torch.nonzero(alpha[0] > EMPTY).flatten()
        if len(met):
            more = importance(t[:, met], weights[:, met], SAMPLES)
            both, order = torch.cat([t[:, met], more], -1).sort(-1)
            raw = torch.cat([raw[:, met], at(ahead[:, met], more)], 2)
            rgb, alpha, distance, _ = composite(raw.gather(2, order[..., None].expand_as(raw)), both)
            out[met] = torch.cat([rgb, alpha[..., None], distance[..., None]], -1)[0]
        image = out.view(size, size, 5)
        return image[..., :4], image[..., 4]

    def head(self, seed):
        """Held-out identity -> x, its named coordinates at rest, and with its random expression."""
        return sample_pair(self.portraits.latent, np.random.default_rng(seed))

    def neutral(self, seed):
        """-> x, named coordinates without any expression."""
        x, rest, _ = self.head(seed)
        return x, self.with_expression(rest, {})

    @staticmethod
    def with_expression(named, parts):
        """Named coordinates with exactly the expression `parts` {name: weight}."""
        out = named.copy()
        out[:len(ex.NAMES)] = 0
        for name, weight in parts.items():
            out[ex.INDEX[name]] = weight
        return out

    def lengthened(self, named):
        """What the shipped directions make of an expression; `named` says what it is in the truth."""
        out = named.copy()
        out[:len(ex.NAMES)] *= self.strength
        return out

    def eyes_covered(self, seed):
        """Whether the head's hair hides an eye: expressions cannot be judged on it."""
        x, *_ = self.head(seed)
        styles = self.portraits.latent.named(x)[len(ex.NAMES):]
        return HAIR_NAMES[int(styles.argmax())] in COVERING
