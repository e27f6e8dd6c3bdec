#!/usr/bin/env python3
"""Compiles the C kernels on demand into .build/ with gcc; without a compiler the torch code paths are used.

`python3 base-model/native/build.py` compiles all. `load(name)` is what the other modules call. A library built elsewhere is used as it
is where its source has not changed, so that a machine without gcc can be sent the folder.
"""
import ctypes
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FLAGS = ['-O3', '-ffast-math', '-shared', '-fPIC']
ARCHITECTURES = {'x86-64-v4': ['-mprefer-vector-width=512'], 'x86-64-v3': []}  # best first
EXTRA = {'raster': [], 'points': ['-fopenmp'], 'layers': ['-fopenmp']}
_loaded = {}


def cpu_has(feature):
    """Does the processor state this feature, as /proc/cpuinfo names it? False where nobody says."""
    try:
        with open('/proc/cpuinfo') as file:
            return f' {feature}' in file.read()
    except OSError:
        return False


def architecture():
    """The best of ARCHITECTURES that this machine runs."""
    return 'x86-64-v4' if cpu_has('avx512vl') else 'x86-64-v3'


def flags(name, arch):
    return [*FLAGS, f'-march={arch}', *ARCHITECTURES[arch], *EXTRA[name]]


def library_path(name, arch):
    """Path of the compiled kernel; its name carries a hash of source and flags so that a stale one is never loaded."""
    import hashlib

    with open(os.path.join(HERE, name + '.c'), 'rb') as source:
        digest = hashlib.sha256(source.read() + ' '.join(flags(name, arch)).encode()).hexdigest()[:12]
    return os.path.join(HERE, '..', '.build', f'{name}-{digest}.so')


def compile_kernel(name, arch=None):
    """Compiles native/<name>.c. -> path, or None where there is no compiler and no library from elsewhere."""
    arch = arch or architecture()
    path = library_path(name, arch)
    if os.path.exists(path):
        return path
    compiler = shutil.which('gcc') or shutil.which('cc') or shutil.which('clang')
    if compiler is None:
        carried = library_path(name, 'x86-64-v3')
        return carried if os.path.exists(carried) else None
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temporary = f'{path}.{os.getpid()}'
    source = os.path.join(HERE, name + '.c')
    result = subprocess.run([compiler, *flags(name, arch), source, '-o', temporary, '-lm'], capture_output=True)
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
        for target in ARCHITECTURES:
            print(kernel, compile_kernel(kernel, target))
