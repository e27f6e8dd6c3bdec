"""The averaged weights of a run or of a shipped base, as they are exported and judged."""
import hashlib
import os

import torch

from network.model import Generator, fold
from training import checkpoint


def load_average(path, device='cpu', config_path=''):
    """checkpoint.pt, a run's folder or a .safetensors -> generator with float16-rounded folded weights, state.

    `config_path`: mini-config.json of an imported base, whose file keeps no training configuration."""
    if os.path.isdir(path):
        path = os.path.join(path, 'checkpoint.pt')
    if path.endswith('.safetensors'):
        config, tensors, training = checkpoint.from_weights(path, config_path)
        state = {'config': config, 'average': tensors, 'heads': training['heads'], 'step': training['steps'],
                 'latent': training['latent']}
    else:
        state = checkpoint.load(path)
    generator = Generator(state['config']).eval().requires_grad_(False)
    generator.load_state_dict(state['average'])
    fold(generator)
    z = torch.randn(8192, state['config']['z_dim'], generator=torch.Generator().manual_seed(1))
    generator.backbone.mapping.w_avg.copy_(generator.backbone.mapping(z).mean(0))
    generator.load_state_dict({k: v.half().float() for k, v in generator.state_dict().items()})
    return generator.to(device), state


def weights_hash(generator):
    digest = hashlib.sha256()
    for name, value in sorted(generator.state_dict().items()):
        digest.update(name.encode() + value.cpu().numpy().tobytes())
    return digest.hexdigest()
