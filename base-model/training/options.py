"""Command line of train.py."""
import argparse

from heads import assets
from network import fused
from network.naming import PRESETS


def parser():
    p = argparse.ArgumentParser(description='Trains the base on portraits rendered while it runs. Continues by itself '
                                'where --out holds a checkpoint. See README.md for whole commands.')
    a = p.add_argument
    a('--out', default='base-model/runs/base', help='checkpoint.pt, log.jsonl, curves.png, sheets')
    a('--device', default='cpu', help='cpu or cuda')
    a('--preset', default='cpu', choices=sorted(PRESETS), help='sizes of a new network')
    a('--from-weights', default='', metavar='FILE', help='start a run from an exported safetensors file')
    a('--config', default='', metavar='FILE', help='mini-config.json of --from-weights, where that is an imported base')
    a('--transplant', action='store_true', help='carry --from-weights over to the latent map of --pack')
    a('--fresh', action='store_true', help='ignore a checkpoint in --out')
    a('--seed', type=int, default=0)
    t = p.add_argument_group('time: either minutes, or steps (which repeat exactly on a CPU)')
    t.add_argument('--minutes', type=float, default=0, help='length of this slice')
    t.add_argument('--total-minutes', type=float, default=0, help='length of all slices, for the schedules; default: this one')
    t.add_argument('--steps', type=int, default=0, help='steps of the whole run')
    t.add_argument('--stop-at', type=int, default=0, help='end this slice at that step')
    d = p.add_argument_group('data')
    d.add_argument('--pack', default=assets.DEFAULT, help='head pack')
    d.add_argument('--data', default='', help='folder of rendered chunks; default: OUT/data')
    d.add_argument('--heads', type=int, default=6000, help='identities in the set')
    d.add_argument('--first', type=int, default=128, help='identities to wait for before the first step')
    d.add_argument('--growth', type=float, default=4, help='with --steps: identities that join per step')
    d.add_argument('--workers', type=int, default=1, help='rendering processes; 0: the folder is filled already')
    d.add_argument('--views', type=int, default=2)
    d.add_argument('--size', type=int, default=128, help='pixels')
    d.add_argument('--no-mirror', action='store_true')
    o = p.add_argument_group('optimisation')
    o.add_argument('--batch', type=int, default=4, help='identities a step and process, each in two states')
    o.add_argument('--rays', type=int, default=768, help='per view and state')
    o.add_argument('--patch', type=int, default=8)
    o.add_argument('--coarse', type=int, default=6)
    o.add_argument('--fine', type=int, default=6)
    o.add_argument('--lr', type=float, default=5e-3)
    o.add_argument('--lr-end', type=float, default=0.03, help='share of --lr at the end (cosine)')
    o.add_argument('--mapping-lr', type=float, default=150.0, help='factor for the mapping network')
    o.add_argument('--map-lr', type=float, default=3.0, help='factor for the learned maps')
    o.add_argument('--average', type=float, default=0.998, help='decay of the kept average of the weights')
    o.add_argument('--stages', default='32:0.08,64:0.5,128:1', help='plane resolution until which share of the run')
    o.add_argument('--feature-weight', type=float, default=5.0, help='how much oftener eyes and mouth are looked at')
    o.add_argument('--difference', type=float, default=2.0, help='weight of the loss between two expressions')
    o.add_argument('--gradient', type=float, default=1.0)
    o.add_argument('--half-up-to', type=int, default=-1, help='bfloat16 convolutions up to this resolution, on a CPU all or '
                   'none; 0: none; default: 64 on CUDA, all on a CPU with bfloat16 matrix units')
    o.add_argument('--sharpen-from', type=float, default=1.0, help='share of the run after which the patch critic works')
    o.add_argument('--adversarial', type=float, default=0.02)
    o.add_argument('--r1', type=float, default=1.0)
    r = p.add_argument_group('reporting')
    r.add_argument('--log-every', type=int, default=50, help='steps')
    r.add_argument('--check-minutes', type=float, default=3, help='held-out check')
    r.add_argument('--save-minutes', type=float, default=4)
    r.add_argument('--threads', type=int, default=2)
    r.add_argument('--smoke', action='store_true', help='60 steps of a tiny network on the test fixture, then an export')
    return p


def parse(arguments=None):
    o = parser().parse_args(arguments)
    if o.smoke:
        o.pack, o.preset, o.device, o.steps, o.minutes, o.size, o.heads, o.first = assets.TINY, 'tiny', 'cpu', 60, 0, 32, 8, 8
        o.batch, o.rays, o.stages, o.log_every, o.check_minutes, o.growth = 4, 256, '32:1', 2, 1e9, 0
        o.lr = 0.012  # sixty steps should show a fall that no noise can make
        o.fresh, o.workers, o.save_minutes, o.sharpen_from, o.threads = True, 1, 1e9, 0.7, 1
    if not o.minutes and not o.steps:
        raise SystemExit('train.py: say how long: --minutes M or --steps N')
    o.total_minutes = max(o.total_minutes, o.minutes)
    if o.half_up_to < 0:
        o.half_up_to = 64 if o.device.startswith('cuda') else 128 if fused.available() else 0
    o.data = o.data or o.out + '/data'
    o.stages = [(int(res), float(end)) for res, end in (part.split(':') for part in o.stages.split(','))]
    return o
