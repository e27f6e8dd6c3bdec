"""The sharpening stage's critic: small patches of premultiplied RGBA, hinge loss, R1 on real ones."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class PatchCritic(nn.Module):
    """(N,4,q,q), q >= 8 -> (N,1,q/4,q/4) scores; about 0.25 M parameters."""

    def __init__(self, width=48):
        super().__init__()
        layer = lambda i, o, stride: nn.utils.spectral_norm(nn.Conv2d(i, o, 3, stride, 1))
        self.layers = nn.ModuleList([layer(4, width, 1), layer(width, width, 2), layer(width, width * 2, 1),
                                     layer(width * 2, width * 2, 2)])
        self.score = nn.Conv2d(width * 2, 1, 1)

    def forward(self, x):
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
        return self.score(x)


def critic_loss(critic, real, fake, r1):
    """Hinge; with r1 > 0 also r1/2 times the squared gradient on real patches."""
    loss = F.relu(1 - critic(real)).mean() + F.relu(1 + critic(fake.detach())).mean()
    if r1 > 0:
        real = real.detach().requires_grad_()
        gradient, = torch.autograd.grad(critic(real).sum(), real, create_graph=True)
        loss = loss + r1 / 2 * gradient.square().sum((1, 2, 3)).mean()
    return loss
