#!/usr/bin/env python3
"""Training curves from log.jsonl as a PNG, drawn with PIL: `python3 base-model/training/curves.py runs/x/log.jsonl -o curves.png`."""
import argparse
import json
import math

from PIL import Image, ImageDraw

SHOWN = ['rgb', 'alpha', 'depth', 'gradient', 'difference', 'psnr', 'iou', 'heads_s']


def read(path):
    with open(path) as lines:
        return [json.loads(line) for line in lines if line.strip()]


def plot(records, path, width=360, height=200):
    """One panel a quantity over heads seen; losses on a logarithmic scale."""
    panels = [(key, [(r['heads'], r[key]) for r in records if key in r]) for key in SHOWN]
    panels = [(key, points) for key, points in panels if len(points) > 1]
    columns = 4
    image = Image.new('RGB', (width * columns, height * max(1, -(-len(panels) // columns))), 'white')
    draw = ImageDraw.Draw(image)
    for i, (key, points) in enumerate(panels):
        left, top = i % columns * width + 8, i // columns * height + 20
        w, h = width - 16, height - 36
        scale = (lambda v: math.log10(max(v, 1e-6))) if key in SHOWN[:5] else (lambda v: v)
        ys, xs = [scale(v) for _, v in points], [x for x, _ in points]
        low, high, first, last = min(ys), max(ys), min(xs), max(xs)
        place = lambda x, y: (left + (x - first) / max(last - first, 1e-9) * w, top + (high - y) / max(high - low, 1e-9) * h)
        draw.rectangle([left, top, left + w, top + h], outline='#bbb')
        draw.line([place(x, y) for x, y in zip(xs, ys)], fill='#06c', width=2)
        draw.text((left, top - 16), f'{key}: {points[0][1]:.4g} -> {points[-1][1]:.4g}  ({xs[-1]} heads)', fill='black')
    image.save(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('log')
    parser.add_argument('-o', '--output', required=True)
    options = parser.parse_args()
    plot(read(options.log), options.output)


if __name__ == '__main__':
    main()
