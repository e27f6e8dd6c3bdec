"""The same networks in plain PyTorch, for `npm run bench`: EG3D's sizes, own code from the published formulas.

Reads the sizes as JSON on stdin, writes milliseconds (best of several runs) as JSON on stdout. The modulated
convolution is the "fused" one (modulate the weights, then convolve), which is what EG3D runs in evaluation.
"""
import json, math, sys, time
import torch
import torch.nn.functional as F

request = json.load(sys.stdin)
device = "cuda" if torch.cuda.is_available() else "cpu"
if device == "cpu":
    torch.set_num_threads(request["threads"])
torch.manual_seed(0)
rand = lambda *size: torch.randn(*size, device=device)
blur = torch.tensor([1.0, 3.0, 3.0, 1.0], device=device)
blur = (blur[:, None] * blur[None, :]) / 16


def fir(x, pad):
    c = x.shape[1]
    return F.conv2d(F.pad(x, pad), blur.expand(c, 1, 4, 4), groups=c)


class Layer:
    def __init__(self, spec, w_dim):
        self.k, self.up, self.rgb = spec["kernel"], spec["up"], spec["kind"] == "toRgb"
        i, o = spec["inChannels"], spec["outChannels"]
        self.weight, self.bias = rand(o, i, self.k, self.k), rand(o)
        self.affine, self.affine_bias = rand(i, w_dim) / math.sqrt(w_dim), torch.ones(i, device=device)

    def __call__(self, x, w, noise):
        s = F.linear(w, self.affine, self.affine_bias)
        if self.rgb:
            weight = self.weight * (s / math.sqrt(s.numel())).view(1, -1, 1, 1)
            return F.conv2d(x, weight) + self.bias.view(1, -1, 1, 1)
        weight = self.weight * s.view(1, -1, 1, 1)
        weight = weight * (weight.square().sum((1, 2, 3), keepdim=True) + 1e-8).rsqrt()
        if self.up:
            x = fir(F.conv_transpose2d(x, weight.transpose(0, 1), stride=2), (1, 1, 1, 1))
        else:
            x = F.conv2d(x, weight, padding=1)
        if noise:
            x = x + noise_map(x)
        return F.leaky_relu(x + self.bias.view(1, -1, 1, 1), 0.2) * math.sqrt(2)

    def learn(self, w_dim, side):
        """What My3DGen learns of a layer: rank-1 factors of weight, affine and learned map, and the bias."""
        i, o, k = self.weight.shape[1], self.weight.shape[0], self.k
        zero = lambda *size: torch.zeros(*size, device=device)
        self.a, self.b = rand(k, i * k), zero(o * k, k)
        self.affine_a, self.affine_b = rand(1, w_dim), zero(i, 1)
        learned = [self.a, self.b, self.affine_a, self.affine_b, self.bias]
        if not self.rgb and side >= request["mapsFrom"] > 0:
            self.map, self.map_a, self.map_b = rand(o, side, side), zero(1, side * side), rand(o, 1)
            learned += [self.map_a, self.map_b]
        else:
            self.map = None
        return [tensor.requires_grad_() for tensor in learned]

    def train(self, x, w):
        """The layer with its factors merged, activations modulated: EG3D's form while training."""
        s = F.linear(w, self.affine + self.affine_b @ self.affine_a, self.affine_bias)
        weight = self.weight + (self.b @ self.a).view(self.weight.shape)
        if self.rgb:
            return F.conv2d(x * (s / math.sqrt(s.numel())).view(1, -1, 1, 1), weight) + self.bias.view(1, -1, 1, 1)
        d = ((weight * s.view(1, -1, 1, 1)).square().sum((1, 2, 3)) + 1e-8).rsqrt()
        x = x * s.view(1, -1, 1, 1)
        if self.up:
            x = fir(F.conv_transpose2d(x, weight.transpose(0, 1), stride=2), (1, 1, 1, 1))
        else:
            x = F.conv2d(x, weight, padding=1)
        x = x * d.view(1, -1, 1, 1)
        x = x + (noise_map(x) if self.map is None else self.map + (self.map_b @ self.map_a).view(self.map.shape))
        return F.leaky_relu(x + self.bias.view(1, -1, 1, 1), 0.2) * math.sqrt(2)


maps = {}


def noise_map(x):
    return maps.setdefault(x.shape[-1], rand(x.shape[-2], x.shape[-1]))


class Block:
    def __init__(self, spec, w_dim):
        self.conv0 = Layer(spec["conv0"], w_dim) if spec["conv0"] else None
        self.conv1, self.rgb, self.up = Layer(spec["conv1"], w_dim), Layer(spec["toRgb"], w_dim), spec["up"]

    def learn(self, w_dim, side):
        return [tensor for layer in (self.conv0, self.conv1, self.rgb) if layer for tensor in layer.learn(w_dim, side)]

    def __call__(self, x, image, w, noise, training=False):
        run = lambda layer, x: layer.train(x, w) if training else layer(x, w, noise)
        if self.conv0:
            x = run(self.conv0, x)
        x = run(self.conv1, x)
        y = run(self.rgb, x)
        if image is not None and self.up:
            c, h, v = image.shape[1:]
            wide = torch.zeros(1, c, 2 * h, 2 * v, device=device)
            wide[:, :, ::2, ::2] = image
            image = fir(wide, (2, 1, 2, 1))
        return x, y if image is None else image + y


def sync():
    if device == "cuda":
        torch.cuda.synchronize()


def best(body, runs, clock=time.perf_counter):
    body()
    times = []
    for _ in range(runs):
        sync()
        start = clock()
        body()
        sync()
        times.append(1000 * (clock() - start))
    return min(times)


w = rand(request["wDim"])
backbone = [Block(b, request["wDim"]) for b in request["backbone"]]
superresolution = [Block(b, request["wDim"]) for b in request["superresolution"]]
const = rand(1, request["backbone"][0]["conv1"]["inChannels"], 4, 4)


def planes():
    x, image = const, None
    for block in backbone:
        x, image = block(x, image, w, True)
    return image


def enlarge(features):
    side = request["superresolutionInput"]
    x = features if features.shape[-1] == side else F.interpolate(features, size=(side, side), mode="bilinear", antialias=True)
    image = x[:, :3]
    for block in superresolution:
        x, image = block(x, image, w, False)
    return image


C, H, O = request["planeChannels"], request["hidden"], request["colors"]
w1, b1, w2, b2 = rand(H, C) / math.sqrt(C), rand(H), rand(1 + O, H) / math.sqrt(H), rand(1 + O)
D, N, R = request["coarse"], request["fine"], request["resolution"]


def evaluate(p, points, w2, b2):
    g = points * (2 / request["boxWarp"])
    x, y, z = g.unbind(-1)
    grid = torch.stack([torch.stack([x, y], -1), torch.stack([x, z], -1), torch.stack([z, x], -1)])[:, :, None]
    f = F.grid_sample(p, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    f = f[..., 0].mean(0).t()
    out = F.linear(F.softplus(F.linear(f, w1, b1)), w2, b2)
    return out[:, :1], torch.sigmoid(out[:, 1:]) * 1.002 - 0.001


def weights(sigma, t):
    density = F.softplus((sigma[:, 1:] + sigma[:, :-1]) / 2 - 1)
    alpha = 1 - torch.exp(-density * (t[:, 1:] - t[:, :-1]))
    through = torch.cumprod(torch.cat([torch.ones_like(alpha[:, :1]), 1 - alpha + 1e-10], 1), 1)[:, :-1]
    return alpha * through


def march(p, R=R, D=D, N=N, w2=w2, b2=b2):
    O = w2.shape[0] - 1
    i = (torch.arange(R, device=device) + 0.5) / R - 0.5
    v, u = torch.meshgrid(i, i, indexing="ij")
    d = F.normalize(torch.stack([u.flatten() / 4.26, -v.flatten() / 4.26, -torch.ones(R * R, device=device)], -1), dim=-1)
    o = torch.tensor([0.0, 0.0, 2.7], device=device)
    t = torch.linspace(request["rayStart"], request["rayEnd"], D, device=device).expand(R * R, D).contiguous()
    at = lambda t: (o + t[..., None] * d[:, None]).reshape(-1, 3)
    sigma, color = evaluate(p, at(t), w2, b2)
    sigma, color = sigma.view(R * R, D), color.view(R * R, D, O)
    wc = weights(sigma, t).detach()  # importance depths are constants
    wc = F.max_pool1d(wc[:, None], 2, 1, padding=1)
    wc = F.avg_pool1d(wc, 2, 1)[:, 0] + 0.01
    mid = (t[:, 1:] + t[:, :-1]) / 2
    pdf = wc[:, 1:-1] + 1e-5
    cdf = torch.cat([torch.zeros_like(pdf[:, :1]), torch.cumsum(pdf / pdf.sum(1, keepdim=True), 1)], 1)
    draw = torch.linspace(0, 1, N, device=device).expand(R * R, N).contiguous()
    index = torch.searchsorted(cdf, draw, right=True)
    low, high = (index - 1).clamp_min(0), index.clamp_max(D - 3)
    c0, c1, m0, m1 = cdf.gather(1, low), cdf.gather(1, high), mid.gather(1, low), mid.gather(1, high)
    width = torch.where(c1 - c0 < 1e-5, torch.ones_like(c0), c1 - c0)
    tf = m0 + (draw - c0) / width * (m1 - m0)
    fine_sigma, fine_color = evaluate(p, at(tf), w2, b2)
    t, order = torch.sort(torch.cat([t, tf], 1), 1)
    sigma = torch.cat([sigma, fine_sigma.view(R * R, N)], 1).gather(1, order)
    color = torch.cat([color, fine_color.view(R * R, N, O)], 1).gather(1, order[..., None].expand(-1, -1, O))
    wf = weights(sigma, t)
    rgb = (wf[..., None] * (color[:, 1:] + color[:, :-1]) / 2).sum(1)
    return rgb * 2 - 1, wf.sum(1), (wf * (t[:, 1:] + t[:, :-1]) / 2).sum(1) / wf.sum(1)


with torch.no_grad():
    p = planes().view(3, C, request["planeResolution"], request["planeResolution"])
    result = {
        "version": torch.__version__,
        "device": torch.cuda.get_device_name() if device == "cuda" else "cpu",
        "backbone": best(planes, 5),
        "march": best(lambda: march(p), 3),
        "superresolution": None,
    }
    if superresolution:
        channels = request["superresolution"][0]["conv0"]["inChannels"]
        features = rand(1, channels, R, R)
        result["superresolution"] = best(lambda: enlarge(features), 5)


def training_step():
    """One step of a person: planes, a patch, a squared error, gradients to w and everything learned, Adam."""
    patch, samples = request["training"]["patch"], request["training"]["samples"]
    side, learned = 4, [const.requires_grad_(), w.requires_grad_()]
    for block in backbone:
        side *= 2 if block.up else 1
        learned += block.learn(request["wDim"], side)
    adam = torch.optim.Adam(learned, lr=1e-4)
    wanted, mask = torch.rand(patch * patch, 3, device=device), torch.ones(patch * patch, device=device)
    size = request["planeResolution"]

    def step():
        x, image = const, None
        for block in backbone:
            x, image = block(x, image, w, True, True)
        rgb, alpha, _ = march(image.view(3, C, size, size), patch, samples, samples, w2[:4], b2[:4])
        adam.zero_grad()
        ((rgb - wanted).square().mean() + (alpha - mask).square().mean()).backward()
        adam.step()

    runs = request["training"]["runs"]
    return best(step, runs), best(step, runs, time.process_time)


result["training"], result["trainingCpu"] = training_step()
json.dump(result, sys.stdout)
