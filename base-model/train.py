#!/usr/bin/env python3
"""Supervised training of the base: known latents, two expressions of one identity at a time, rays against renderings.

CPU or CUDA, one process or several (`torchrun --nproc-per-node N train.py ...`), in slices that continue by themselves.
On a CPU a run with --steps repeats bit for bit; on CUDA the sums of atomics differ in their last digits.
"""
import copy
import json
import math
import os
import time

import numpy as np
import torch
import torch.distributed as distributed
import torch.nn as nn

import dataset
from heads.latent import LatentMap
from heads.rendered import TRAINED
from judging.heldout import HeldOut
from network import naming
from network import transplant
from network.discriminator import PatchCritic, critic_loss
from network.model import Generator, parameter_count
from training import checkpoint
from training import curves
from training import objective
from training.options import parse
from training.step import Step, latent_of, tune_allocator


class Trainer:
    def __init__(self, options):
        self.o = o = options
        self.rank, self.world = int(os.environ.get('RANK', 0)), int(os.environ.get('WORLD_SIZE', 1))
        local = int(os.environ.get('LOCAL_RANK', 0))
        self.device = torch.device('cuda', local) if o.device.startswith('cuda') else torch.device(o.device)
        if self.world > 1:
            distributed.init_process_group('nccl' if self.device.type == 'cuda' else 'gloo')
        torch.set_num_threads(o.threads)
        torch.set_float32_matmul_precision('high')
        torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.benchmark = True
        self.latent = latent_of(o.pack)
        self.step = self.heads = 0
        self.elapsed = 0.0  # minutes of earlier slices
        state = self._earlier()
        if state and 'latent' in state and state['latent'] != self.latent.json():
            if o.workers:
                raise SystemExit('the run was trained with another latent map than this program and pack make; continue '
                                 'with --workers 0 on data rendered then, or start anew')
            self.latent = LatentMap.from_json(state['latent'])
        torch.manual_seed(o.seed)
        self.config = state['config'] if state else naming.configure(self.latent, naming.PRESETS[o.preset])
        if self.config['z_dim'] != self.latent.size:
            raise SystemExit(f'{o.pack}: its latent has {self.latent.size} entries, the run has {self.config["z_dim"]}')
        self.generator = Generator(self.config)
        naming.initialise(self.generator, self.latent, o.stages[0][0])
        if state:
            self.generator.load_state_dict(state['generator'])
        self.generator.to(self.device)
        naming.freeze(self.generator, self.latent)
        self.average = copy.deepcopy(self.generator).eval().requires_grad_(False)
        kind = lambda name: 'mapping' if 'mapping' in name else 'map' if 'noise_const' in name else 'rest'
        groups = {'rest': 1.0, 'mapping': o.mapping_lr, 'map': o.map_lr}
        parameters = [(n, p) for n, p in self.generator.named_parameters() if p.requires_grad]
        self.adam = torch.optim.Adam([{'params': [p for n, p in parameters if kind(n) == k], 'factor': f}
                                      for k, f in groups.items()], lr=o.lr, betas=(0.9, 0.99), eps=1e-8)
        self.critic = PatchCritic().to(self.device)
        self.critic_adam = torch.optim.Adam(self.critic.parameters(), lr=1e-3, betas=(0.0, 0.99))
        if state:
            self._restore(state)
        forward = Step(self.generator, o)
        self.forward = forward if self.world == 1 else nn.parallel.DistributedDataParallel(
            forward, device_ids=[local] if self.device.type == 'cuda' else None, find_unused_parameters=True)
        sign, permutation = dataset.mirror_tables(self.latent)
        self.mirror = torch.from_numpy(sign).to(self.device), torch.from_numpy(permutation).to(self.device)
        self.farm = None
        if self.rank == 0 and o.workers:
            self.farm = dataset.Farm(o.data, o.heads, o.workers, o.pack, TRAINED, o.views, o.size)
        self.pool = dataset.Pool(o.data, self.device, o.heads)

    def _earlier(self):
        path = os.path.join(self.o.out, 'checkpoint.pt')
        if not self.o.fresh and os.path.exists(path):
            return checkpoint.load(path)
        if self.o.from_weights:
            config, tensors, training = checkpoint.from_weights(self.o.from_weights, self.o.config)
            if training['latent'] != self.latent.json() and self.o.transplant:
                config, tensors = transplant.carry(config, tensors, training['latent'], self.latent)
                training = {**training, 'latent': self.latent.json()}
            return {'config': config, 'generator': tensors, 'average': tensors, 'heads': training['heads'],
                    'latent': training['latent']}
        return None

    def _restore(self, state):
        self.average.load_state_dict(state['average'])
        self.step, self.heads, self.elapsed = state.get('step', 0), state['heads'], state.get('elapsed', 0.0)
        if 'adam' in state:
            groups = self.adam.state_dict()['param_groups']
            self.adam.load_state_dict({'state': state['adam']['state'], 'param_groups': groups})
        if 'critic' in state:
            self.critic.load_state_dict(state['critic'])
            self.critic_adam.load_state_dict(state['criticAdam'])

    def save(self):
        checkpoint.save(os.path.join(self.o.out, 'checkpoint.pt'), {
            'config': self.config, 'latent': self.latent.json(), 'generator': self.generator.state_dict(),
            'average': self.average.state_dict(), 'adam': self.adam.state_dict(), 'critic': self.critic.state_dict(),
            'criticAdam': self.critic_adam.state_dict(), 'step': self.step, 'heads': self.heads,
            'elapsed': self.elapsed + self.minutes()})

    def minutes(self):
        return (time.time() - self.start) / 60

    def progress(self):
        """Share of the whole run that is done, 0..1."""
        if self.o.steps:
            return self.step / self.o.steps
        return min(1.0, (self.elapsed + self.minutes()) / max(self.o.total_minutes, 1e-9))

    def batch(self):
        o = self.o
        if o.steps:  # which heads a step may see must not depend on timing
            wanted = min(o.heads, o.first + int(o.growth * self.step))
            self.pool.wait(wanted, self.farm)
            visible = wanted
        else:
            if self.step % 20 == 0:
                self.pool.refresh()
            visible = self.pool.count
        seed = (o.seed * 1_000_003 + self.step) * self.world + self.rank
        torch.manual_seed(seed)
        batch = self.pool.batch(np.random.default_rng(seed).integers(0, visible, o.batch).tolist())
        if not o.no_mirror:
            batch = dataset.mirror(batch, torch.rand(o.batch, device=self.device) < 0.5, *self.mirror)
        return batch

    def train_step(self):
        o, done = self.o, self.progress()
        rate = o.lr * (o.lr_end + (1 - o.lr_end) * 0.5 * (1 + math.cos(math.pi * done))) * min(1, (self.step + 1) / 60)
        for group in self.adam.param_groups:
            group['lr'] = rate * group['factor']
        self.resolution = next((res for res, end in o.stages if done < end), o.stages[-1][0])
        terms, fake, real = self.forward(self.batch(), self.resolution)
        weights = {'rgb': 1, 'l2': 4, 'alpha': 1.0, 'depth': 2 * max(0.3, 1 - 2 * done), 'surface': 0.8,
                   'gradient': o.gradient, 'difference': o.difference}
        loss = sum(weights[k] * terms[k] for k in weights)
        if done >= o.sharpen_from:
            loss = loss + self._sharpen(fake, real)
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.adam.param_groups[0]['params'], 2.0)
        self.adam.step()
        self.step += 1
        self.heads += o.batch * self.world
        self._average()
        return torch.stack([terms[k].detach() for k in objective.TERMS] + [loss.detach()])

    def _sharpen(self, fake, real):
        o = self.o
        self.critic.requires_grad_(True)
        loss = critic_loss(self.critic, real, fake, o.r1 if self.step % 4 == 0 else 0)
        self.critic_adam.zero_grad(set_to_none=True)
        loss.backward()
        if self.world > 1:
            for p in self.critic.parameters():
                distributed.all_reduce(p.grad)
        self.critic_adam.step()
        self.critic.requires_grad_(False)
        return -o.adversarial * self.critic(fake).mean()

    @torch.no_grad()
    def _average(self):
        decay = min(self.o.average, (self.step + 1) / (self.step + 15))
        mine, theirs = list(self.average.parameters()), [p.detach() for p in self.generator.parameters()]
        torch._foreach_mul_(mine, decay)
        torch._foreach_add_(mine, theirs, alpha=1 - decay)

    def ended(self):
        if self.o.steps and self.step >= (self.o.stop_at or self.o.steps):
            return True
        ended = bool(self.o.minutes) and self.minutes() >= self.o.minutes or os.path.exists(self.o.out + '/STOP')
        if self.world > 1:  # all processes leave at the same step
            flag = torch.tensor(float(ended), device=self.device)
            distributed.all_reduce(flag, op=distributed.ReduceOp.MAX)
            return flag.item() > 0
        return ended

    def run(self):
        o, main = self.o, self.rank == 0
        os.makedirs(o.out, exist_ok=True)
        print(f'{parameter_count(self.generator) / 1e6:.2f} M parameters, {self.device}, step {self.step}', flush=True)
        self.pool.wait(o.first, self.farm)
        self.start = time.time()
        log = open(os.path.join(o.out, 'log.jsonl'), 'w' if self.step == 0 else 'a') if main else None
        recent, last_log, last_check, last_save = [], time.time(), time.time(), time.time()
        while not self.ended():
            recent.append(self.train_step())
            if main and self.step % o.log_every == 0:
                self._log(log, recent, time.time() - last_log)
                recent, last_log = [], time.time()
            if main and time.time() - last_check > o.check_minutes * 60:
                self.check(log)
                last_check = time.time()
            if main and time.time() - last_save > o.save_minutes * 60:
                self.save()
                last_save = time.time()
        if main:
            self.save()
            if o.check_minutes < 1e6:
                self.check(log)
            log.close()
            curves.plot(curves.read(log.name), os.path.join(o.out, 'curves.png'))
            print(f'done: step {self.step}, {self.heads} heads, {self.elapsed + self.minutes():.1f} minutes', flush=True)
        if self.farm:
            self.farm.stop()
        if self.world > 1:
            distributed.destroy_process_group()

    def _log(self, log, recent, seconds):
        mean = torch.stack(recent).mean(0).tolist()
        record = {'step': self.step, 'heads': self.heads, 'minutes': round(self.elapsed + self.minutes(), 2),
                  'resolution': self.resolution, 'pool': self.pool.count,
                  'heads_s': round(len(recent) * self.o.batch * self.world / seconds, 2),
                  **{k: round(v, 5) for k, v in zip((*objective.TERMS, 'loss'), mean)}}
        self._write(log, record)

    def _write(self, log, record):
        log.write(json.dumps(record) + '\n')
        log.flush()
        print(' '.join(f'{k} {v}' for k, v in record.items()), flush=True)

    def check(self, log):
        if not hasattr(self, 'heldout'):
            self.heldout = HeldOut(self.o.pack, self.latent, 6 if self.device.type == 'cpu' else 24, self.o.size)
        result = self.heldout.check(self.average, self.device, self.resolution, self.o.out)
        self._write(log, {'step': self.step, 'heads': self.heads, **result})


def main():
    options = parse()
    tune_allocator(options)
    trainer = Trainer(options)
    try:
        trainer.run()
    finally:
        if trainer.farm:
            trainer.farm.stop()
    if options.smoke and trainer.rank == 0:
        import export

        export.main([options.out, '-o', options.out])


if __name__ == '__main__':
    main()
