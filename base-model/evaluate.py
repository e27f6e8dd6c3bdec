#!/usr/bin/env python3
"""Judges a base on identities it never saw: metrics.json, metrics.md and contact sheets of truth beside model.

PSNR inside the true mask and alpha IoU by yaw bin, depth error, agreement (cosine and gain) of expression difference
images, with every expression as a pure named coordinate. Landmarks and face networks judge the same heads outside
Python: `--dump FOLDER` writes pictures for `personalized-head evaluate-base FOLDER`. The same command again goes on where
a stopped one was.

  python3 base-model/evaluate.py assets/base.safetensors --config base-model/release/mini-config.json -o proof --dump proof/pictures
"""
import argparse
import json
import os
import time

import numpy as np
import torch

from drawing import camera
from heads import assets
from heads import expressions as ex
from heads.portrait import grid
from judging.heldout import agreement, iou, over_grey, picture, psnr_in_mask
from judging.journal import Journal, Progress
from judging.judged import SHOWN, PictureFolder
from judging.proof import SAMPLES, Proof
from shipping.average import weights_hash

BINS = (('0-30', 0, 30), ('30-60', 30, 60), ('60-78', 60, 90))
GATES = {'psnr0-30': 24.0, 'psnr30-60': 22.0, 'iou': 0.95, 'cosineMain': 0.7, 'cosineOther': 0.4}
MAIN = ('jawOpen', 'blink', 'smile')
VIEWS = 2
COST = {'quality': VIEWS, 'neutral': 2, 'expression': 1}  # images of the model: what takes the time


def quality(proof, seed):
    """Rows (yaw in degrees, psnr, iou, mean and median depth error) of a head with expression, `VIEWS` views."""
    x, _, named = proof.head(seed)
    scene, planes, rows = proof.scene(x, named), proof.planes(x, named), []
    for view in camera.sample_views(np.random.default_rng(seed + 7777), VIEWS):
        (true, far), (made, distance) = proof.truth(scene, view), proof.model(planes, view)
        both = (true[..., 3] > 0.5) & (made[..., 3] > 0.5)
        error = (distance - far)[both].abs()
        rows.append([abs(np.degrees(view[0])), psnr_in_mask(made, true), iou(made, true),
                     *((float(error.mean()), float(error.median())) if both.any() else (1.0, 1.0))])
    return rows


def summary(rows):
    if not len(rows):
        return None
    names = ('psnr', 'iou', 'depthMean', 'depthMedian')
    return {'views': len(rows), **{n: round(float(v), 4) for n, v in zip(names, rows[:, 1:].mean(0))}}


def expression_agreement(proof, seed, view, done):
    """{expression or group: (cosine, gain)} of a head's difference images from its own neutral against the truth."""
    shown = {name: {name: 1} for name in ex.NAMES}
    shown.update(ex.GROUPS)
    x, rest = proof.neutral(seed)
    pair = lambda named: [over_grey(proof.truth(proof.scene(x, named), view)[0]),
                          over_grey(proof.model(proof.planes(x, named), view)[0])]
    neutral_true, neutral_made = pair(rest)
    out = {}
    for name, parts in shown.items():
        true, made = pair(proof.with_expression(rest, parts))
        out[name] = agreement(made - neutral_made, true - neutral_true)
        done(name)
    return out


def open_eyed(proof, first, count):
    """The first `count` seeds from `first` on whose hair leaves both eyes free."""
    out, seed = [], first
    while len(out) < count:
        if not proof.eyes_covered(seed):
            out.append(seed)
        seed += 1
    return out


def sheets(proof, folder):
    pictures, labels = [], []
    for seed in range(12):  # truth left, model right, frontal and turned
        x, _, named = proof.head(seed)
        scene, planes = proof.scene(x, named), proof.planes(x, named)
        for view in ((0.0, 0.05), (0.75, 0.05)):
            pictures += [picture(proof.truth(scene, view)[0]), picture(proof.model(planes, view)[0])]
    grid(pictures, 8).save(os.path.join(folder, 'sheet-truth-model.png'))
    pictures = []
    for seed in range(20, 24):
        x, rest, _ = proof.head(seed)
        planes = proof.planes(x, rest)
        pictures += [picture(proof.model(planes, (np.radians(y), 0.05))[0]) for y in (-75, -50, -25, 0, 25, 50, 75)]
    grid(pictures, 7).save(os.path.join(folder, 'sheet-yaw.png'))
    x, rest = proof.neutral(31)
    pictures = []
    shown = [('neutral', {})] + [(n, {n: 1}) for n in ex.NAMES] + [(n, ex.GROUPS[n]) for n in ('smile', 'blink', 'lookLeft')]
    for name, parts in shown:
        named = proof.with_expression(rest, parts)
        both = [proof.truth(proof.scene(x, named), (0.2, 0.05))[0], proof.model(proof.planes(x, named), (0.2, 0.05))[0]]
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
    out[f'alpha IoU >= {GATES["iou"]}'] = quality_['all'] and f'{quality_["all"]["iou"]:.3f}'
    if expressions:
        for name in MAIN:
            out[f'{name} cosine >= {GATES["cosineMain"]}'] = expressions[name]['cosine']
        weak = [n for n in ex.NAMES if expressions[n]['cosine'] < GATES['cosineOther']]
        out[f'other expressions with cosine >= {GATES["cosineOther"]}'] = f'{len(ex.NAMES) - len(weak)} of {len(ex.NAMES)}'
    return out


def work(proof, options, journal):
    """Everything that is measured, item by item: [(cost, part, item, function)]."""
    heads = range(options.heads)
    todo = [(COST['quality'], 'quality', seed, lambda _, s=seed: quality(proof, s)) for seed in heads]
    faces = open_eyed(proof, 0, options.judged_expressions) if options.dump else []
    if options.dump:
        folder = PictureFolder(options.dump, proof)
        todo += [(COST['neutral'], 'neutral', seed, lambda _, s=seed: folder.neutral(s))
                 for seed in sorted({*heads, *faces})]
        todo += [(COST['expression'], 'shown', f'{seed:03d} {name} {amount}',
                  lambda _, s=seed, n=name, a=amount: folder.expression(s, n, a)) for seed in faces for name, amount in SHOWN]
    shown = len(ex.NAMES) + len(ex.GROUPS) + 1
    for k, seed in enumerate(open_eyed(proof, 5000, options.expression_heads)):
        view = (0.0 if k % 2 else 0.35, 0.05)
        todo.append((shown, 'agreement', seed, lambda done, s=seed, v=view: expression_agreement(proof, s, v, done)))
    progress = Progress(sum(cost for cost, *_ in todo))
    for cost, part, item, make in todo:
        if (part, item) in journal.values:
            progress.skip(cost)
    for cost, part, item, make in todo:
        if (part, item) in journal.values:
            continue
        counted = []
        done = lambda word: (counted.append(1), progress.add(1, f'{part} {item} {word}'))
        journal.put(part, item, make(done))
        progress.add(cost - len(counted), f'{part} {item}')
    if options.dump:
        entries = [entry for part in ('neutral', 'shown') for value in journal.of(part) for entry in value]
        folder.write(entries, f'base trained on {proof.state["heads"]} head pairs')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('run', help='a run\'s folder, a checkpoint.pt, an exported mini.safetensors or a base file')
    parser.add_argument('--config', default='', help='of a base file: the mini-config.json exported with it')
    parser.add_argument('-o', '--output', required=True, help='folder')
    parser.add_argument('--pack', default=assets.DEFAULT)
    parser.add_argument('--device', default='cpu')
    parser.add_argument('--threads', type=int, default=0, help='of torch; 0: as many as it likes. Beside other work: 1')
    parser.add_argument('--heads', type=int, default=200)
    parser.add_argument('--expression-heads', type=int, default=3, help='heads whose every expression is compared')
    parser.add_argument('--judged-expressions', type=int, default=40, help='heads whose smile, blink and jaw judges see')
    parser.add_argument('--size', type=int, default=128)
    parser.add_argument('--dump', default='', help='folder for pictures that face networks judge')
    parser.add_argument('--directions', default='', metavar='FILE', help='base.directions.json: the judged expressions are as '
                        'strong as it makes them; default: the bare coordinates')
    options = parser.parse_args()
    torch.set_grad_enabled(False)
    if options.threads:
        torch.set_num_threads(options.threads)
    start = time.time()
    os.makedirs(options.output, exist_ok=True)
    proof = Proof(options.run, options.pack, options.device, options.size, options.config, options.directions)
    key = {'weights': weights_hash(proof.generator), 'size': options.size, 'samples': SAMPLES, 'views': VIEWS,
           'dump': os.path.abspath(options.dump) if options.dump else '',
           'strength': proof.strength.tolist()}
    journal = Journal(os.path.join(options.output, 'journal.jsonl'), key)
    work(proof, options, journal)
    rows = np.array([row for seed in range(options.heads) for row in journal.values['quality', seed]]).reshape(-1, 5)
    table = {'all': summary(rows), **{n: summary(rows[(rows[:, 0] >= a) & (rows[:, 0] < b)]) for n, a, b in BINS}}
    found = journal.of('agreement')
    expressions = {name: {'cosine': round(float(np.mean([f[name][0] for f in found])), 3),
                          'gain': round(float(np.mean([f[name][1] for f in found])), 3)} for name in found[0]} if found else None
    result = {'note': f'{options.size} px, {SAMPLES}+{SAMPLES} samples, float16 weights; {options.heads} identities never '
                      f'trained on (seeds 0..), {VIEWS} views each, with expressions; expressions of {len(found)} heads; depth in '
                      f'scene units (chin to crown about 0.5 = 23 cm); trained on {proof.state["heads"]} head pairs.',
              'quality': table, 'expressions': expressions, 'gates': gates(table, expressions)}
    with open(os.path.join(options.output, 'metrics.json'), 'w') as file:
        json.dump(result, file, indent=1)
    with open(os.path.join(options.output, 'metrics.md'), 'w') as file:
        file.write(markdown(result))
    sheets(proof, options.output)
    print(json.dumps(result['gates'], indent=1), f'{time.time() - start:.0f} s')


if __name__ == '__main__':
    main()
