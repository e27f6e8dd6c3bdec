"""One training head, rendered: an identity by its seed, in two states."""
import numpy as np

from drawing import camera
from heads.sampling import sample_pair

HELD_OUT = 0  # identity seeds 0 .. 999 are never trained on
TRAINED = 1_000_000


def render_head(portraits, seed, views, size, supersample=3):
    """One identity in two states from `views` shared cameras -> dict of arrays:

    x (D,), named (2,K), labels (V,25), rgba uint8 (2,V,S,S,4) straight sRGB, distance float16 (2,V,S,S).
    """
    rng = np.random.default_rng(seed)
    x, *states = sample_pair(portraits.latent, rng)
    cameras = camera.sample_views(rng, views)
    rgba = np.zeros((2, views, size, size, 4), np.uint8)
    distance = np.zeros((2, views, size, size), np.float16)
    for s, named in enumerate(states):
        scene = portraits.scene(x, named, identity=seed)
        for v, view in enumerate(cameras):
            rgba[s, v], distance[s, v] = portraits.render(scene, view, size, supersample)
    return {'x': x, 'named': np.stack(states), 'labels': np.stack([camera.label(c) for c in cameras]), 'rgba': rgba,
            'distance': distance}
