#!/usr/bin/env python3
"""Judges a base on identities it never saw: metrics.json, metrics.md and contact sheets of truth beside model.

PSNR inside the true mask and alpha IoU by yaw bin, depth error, agreement (cosine and gain) of expression difference
images, with every expression as a pure named coordinate. Landmarks and face networks judge the same heads outside
Python: `--dump FOLDER` writes truth and model pictures as PNG for them.
"""
import argparse
import json
import os
import time

import numpy as np
import torch
from PIL import Image

import assets
import camera
import expressions as ex
import export
from latent import LatentMap
from heldout import agreement, iou, over_grey, picture, premultiplied, psnr_in_mask
from march import render_image
from portrait import Portraits, grid
from sampling import sample_pair

BINS = (('0-30', 0, 30), ('30-60', 30, 60), ('60-78', 60, 90))
GATES = {'psnr0-30': 24.0, 'psnr30-60': 22.0, 'iou': 0.95, 'cosineMain': 0.7, 'cosineOther': 0.4}
MAIN = ('jawOpen', 'blink', 'smile')


class Judge:
    def __init__(self, run, pack, device, size):
        self.generator, self.state = export.load_average(run, device)
        self.portraits = Portraits(pack, LatentMap.from_json(self.state['latent']))
        self.device, self.size = device, size

    def truth(self, x, named, view):
        rgba, distance = self.portraits.render(self.portraits.scene(x, named, identity=x.tobytes()), *view, self.size)
        return premultiplied(rgba).to(self.device), torch.from_numpy(distance).to(self.device)

    def planes(self, x, named):
        tensor = lambda a: torch.from_numpy(np.asarray(a, np.float32))[None].to(self.device)
        return self.generator(tensor(x), tensor(named))

    def model(self, planes, view):
        return render_image(self.generator, planes, torch.from_numpy(camera.label(*view)), self.size)

    def head(self, seed):
        """Held-out identity -> x, its named coordinates at rest, and with its random expression."""
        return sample_pair(self.portraits.latent, np.random.default_rng(seed))


def quality(judge, count, dump):
    """Rows (yaw in degrees, psnr, iou, mean and median depth error) over `count` heads x 3 views."""
    rows = []
    for seed in range(count):
        x, _, named = judge.head(seed)
        planes = judge.planes(x, named)
        for i, view in enumerate(camera.sample_views(np.random.default_rng(seed + 7777), 3)):
            (true, far), (made, distance) = judge.truth(x, named, view), judge.model(planes, view)
            both = (true[..., 3] > 0.5) & (made[..., 3] > 0.5)
            error = (distance - far)[both].abs()
            rows.append([abs(np.degrees(view[0])), psnr_in_mask(made, true), iou(made, true),
                         float(error.mean()) if both.any() else 1.0, float(error.median()) if both.any() else 1.0])
            if dump:
                for word, image in (('truth', true), ('model', made)):
                    Image.fromarray(picture(image)).save(os.path.join(dump, f'{seed:03d}-{i}-{word}.png'))
    return np.array(rows)


def summary(rows):
    if not len(rows):
        return None
    names = ('psnr', 'iou', 'depthMean', 'depthMedian')
    return {'views': len(rows), **{n: round(float(v), 4) for n, v in zip(names, rows[:, 1:].mean(0))}}


def expression_agreement(judge, count):
    """{expression or group: {cosine, gain}} of frontal difference images against the truth, mean over `count` heads."""
    shown = {name: {name: 1} for name in ex.NAMES}
    shown.update(ex.GROUPS)
    sums = {name: [] for name in shown}
    seed = found = 0
    while found < count:
        x, rest, _ = judge.head(5000 + seed)
        seed += 1
        if judge.portraits.latent.named(x)[len(ex.NAMES):].argmax() >= len(rest) - len(ex.NAMES) - 2:
            continue  # hair over the eyes
        found += 1
        rest[:len(ex.NAMES)] = 0
        view = (0.0 if found % 2 else 0.35, 0.05)
        neutral_true, neutral_made = judge.truth(x, rest, view)[0], judge.model(judge.planes(x, rest), view)[0]
        for name, parts in shown.items():
            named = rest.copy()
            for part, weight in parts.items():
                named[ex.INDEX[part]] = weight
            wanted = over_grey(judge.truth(x, named, view)[0]) - over_grey(neutral_true)
            change = over_grey(judge.model(judge.planes(x, named), view)[0]) - over_grey(neutral_made)
            sums[name].append(agreement(change, wanted))
    return {n: {'cosine': round(float(np.mean([c for c, _ in v])), 3), 'gain': round(float(np.mean([g for _, g in v])), 3)}
            for n, v in sums.items()}


def sheets(judge, folder):
    pictures, labels = [], []
    for seed in range(12):  # truth left, model right, frontal and turned
        x, _, named = judge.head(seed)
        planes = judge.planes(x, named)
        for view in ((0.0, 0.05), (0.75, 0.05)):
            pictures += [picture(judge.truth(x, named, view)[0]), picture(judge.model(planes, view)[0])]
    grid(pictures, 8).save(os.path.join(folder, 'sheet-truth-model.png'))
    pictures = []
    for seed in range(20, 24):
        x, rest, _ = judge.head(seed)
        planes = judge.planes(x, rest)
        pictures += [picture(judge.model(planes, (np.radians(y), 0.05))[0]) for y in (-75, -50, -25, 0, 25, 50, 75)]
    grid(pictures, 7).save(os.path.join(folder, 'sheet-yaw.png'))
    x, rest, _ = judge.head(31)
    rest[:len(ex.NAMES)] = 0
    pictures = []
    shown = [('neutral', {})] + [(n, {n: 1}) for n in ex.NAMES] + [(n, ex.GROUPS[n]) for n in ('smile', 'blink', 'lookLeft')]
    for name, parts in shown:
        named = rest.copy()
        for part, weight in parts.items():
            named[ex.INDEX[part]] = weight
        both = [judge.truth(x, named, (0.2, 0.05))[0], judge.model(judge.planes(x, named), (0.2, 0.05))[0]]
        pictures.append(np.concatenate([picture(image) for image in both], 1))
        labels.append(name)
    grid(pictures, 5, labels).save(os.path.join(folder, 'sheet-expressions.png'))


def markdown(result):
    lines = [f'# Held-out metrics\n\n{result["note"]}\n', '| views | n | PSNR in mask | alpha IoU | depth mean | depth median |',
             '|---|---|---|---|---|---|']
    for name, row in result['quality'].items():
        if row:
            lines.append(f'| {name} | {row["views"]} | {row["psnr"]:.2f} dB | {row["iou"]:.3f} | {row["depthMean"]:.4f} | '
                         f'{row["depthMedian"]:.4f} |')
    if result.get('expressions'):
        lines += ['\n| expression | cosine | gain |', '|---|---|---|']
        lines += [f'| {n} | {v["cosine"]:.2f} | {v["gain"]:.2f} |' for n, v in result['expressions'].items()]
    lines += ['\n| gate | reached |', '|---|---|'] + [f'| {n} | {v} |' for n, v in result['gates'].items()]
    return '\n'.join(lines) + '\n'


def gates(quality_, expressions):
    out = {}
    for name in ('0-30', '30-60'):
        row = quality_.get(name)
        out[f'PSNR, yaw {name} >= {GATES["psnr" + name]}'] = row and f'{row["psnr"]:.2f}'
    out[f'alpha IoU >= {GATES["iou"]}'] = f'{quality_["all"]["iou"]:.3f}'
    if expressions:
        for name in MAIN:
            out[f'{name} cosine >= {GATES["cosineMain"]}'] = expressions[name]['cosine']
        weak = [n for n in ex.NAMES if expressions[n]['cosine'] < GATES['cosineOther']]
        out[f'other expressions with cosine >= {GATES["cosineOther"]}'] = f'{len(ex.NAMES) - len(weak)} of {len(ex.NAMES)}'
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('run', help='a run\'s folder, a checkpoint.pt or an exported mini.safetensors')
    parser.add_argument('-o', '--output', required=True, help='folder')
    parser.add_argument('--pack', default=assets.DEFAULT)
    parser.add_argument('--device', default='cpu')
    parser.add_argument('--heads', type=int, default=200)
    parser.add_argument('--expression-heads', type=int, default=8, help='0: leave the expressions out')
    parser.add_argument('--size', type=int, default=128)
    parser.add_argument('--dump', default='', help='folder for pictures that face networks judge')
    options = parser.parse_args()
    torch.set_grad_enabled(False)
    start = time.time()
    for folder in filter(None, (options.output, options.dump)):
        os.makedirs(folder, exist_ok=True)
    judge = Judge(options.run, options.pack, options.device, options.size)
    rows = quality(judge, options.heads, options.dump)
    table = {'all': summary(rows), **{n: summary(rows[(rows[:, 0] >= a) & (rows[:, 0] < b)]) for n, a, b in BINS}}
    expressions = expression_agreement(judge, options.expression_heads) if options.expression_heads else None
    state = judge.state
    result = {'note': f'{options.size} px, 48+48 samples, float16 weights; {options.heads} identities never trained on '
                      f'(seeds 0..), 3 views each, with expressions; depth in scene units (chin to crown about 0.5 = 23 cm); '
                      f'trained on {state["heads"]} head pairs.',
              'quality': table, 'expressions': expressions, 'gates': gates(table, expressions)}
    with open(os.path.join(options.output, 'metrics.json'), 'w') as file:
        json.dump(result, file, indent=1)
    with open(os.path.join(options.output, 'metrics.md'), 'w') as file:
        file.write(markdown(result))
    sheets(judge, options.output)
    print(json.dumps(result['gates'], indent=1), f'{time.time() - start:.0f} s')


if __name__ == '__main__':
    main()
