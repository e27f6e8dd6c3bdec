#!/usr/bin/env python3
"""Compiles the two C kernels on demand into .build/ with gcc; without a compiler the torch code paths are used.

`python3 build.py` compiles both. `load(name)` is what the other modules call. A library built elsewhere is used as it
is where its source has not changed, so that a machine without gcc can be sent the folder (code: x86-64-v3).
"""
import ctypes
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FLAGS = ['-O3', '-march=x86-64-v3', '-ffast-math', '-shared', '-fPIC']
EXTRA = {'raster': [], 'points': ['-fopenmp']}
_loaded = {}


def library_path(name):
    """Path of the compiled kernel; its name carries a hash of the source so that a stale one is never loaded."""
    import hashlib

    with open(os.path.join(HERE, 'native', name + '.c'), 'rb') as source:
        digest = hashlib.sha256(source.read() + ' '.join(FLAGS + EXTRA[name]).encode()).hexdigest()[:12]
    return os.path.join(HERE, '.build', f'{name}-{digest}.so')


def compile_kernel(name):
    """Compiles native/<name>.c. -> path, or None where there is no compiler."""
    path = library_path(name)
    if os.path.exists(path):
        return path
    compiler = shutil.which('gcc') or shutil.which('cc') or shutil.which('clang')
    if compiler is None:
        return None
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temporary = f'{path}.{os.getpid()}'
    source = os.path.join(HERE, 'native', name + '.c')
    result = subprocess.run([compiler, *FLAGS, *EXTRA[name], source, '-o', temporary, '-lm'], capture_output=True)
    if result.returncode != 0:
        print(f'base-model: {compiler} failed on {name}.c: {result.stderr.decode()[:400]}', file=sys.stderr)
        return None
    os.replace(temporary, path)
    return path


def load(name):
    """The kernel `name` as a ctypes library, or None (printed once) where it can be neither found nor compiled."""
    if name not in _loaded:
        path = None if os.environ.get('BASE_MODEL_NO_NATIVE') else compile_kernel(name)
        try:
            _loaded[name] = ctypes.CDLL(path) if path else None
        except OSError as error:
            print(f'base-model: {path}: {error}', file=sys.stderr)
            _loaded[name] = None
        if _loaded[name] is None:
            print(f'base-model: no compiled {name} kernel (install gcc); falling back to torch, much slower on a CPU',
                  file=sys.stderr)
    return _loaded[name]


if __name__ == '__main__':
    for kernel in EXTRA:
        print(kernel, compile_kernel(kernel))
