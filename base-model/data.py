#!/usr/bin/env python3
"""Where the head data comes from, and a check that a folder holds exactly those files.

The factory reads a folder (`--data`) laid out as `targets/ eyes/ hair/ ... PROVENANCE.tsv`. It is collected from
public projects, all CC0-1.0 for the files used (facts: heads.md section 1):

  makehumancommunity/mpfb2              src/mpfb/data: base.obj, targets/** (CC0 "base mesh and proxies", "targets")
  makehumancommunity/makehuman          makehuman/data/eyes: high-poly eyes, brown_eye.png
  makehumancommunity/makehuman-assets   base/{hair,eyebrows,eyelashes,teeth,tongue,skins}: meshes; its textures are
                                        git-LFS pointers whose oid is the sha256 of the CC0 file
  3Dsamples/MakeHuman-unity             the same texture files byte for byte: only files whose sha256 equals such an oid

All four are repositories of those names on GitHub. A second folder (`--prior`) holds scans, photographic skins and light:

  ICT-VGL/ICT-FaceKit                   ict-facekit, ict-on-makehuman: MIT, (c) 2020 USC Institute for Creative Technologies
  c-frame/valid-avatars-glb             valid-heads: MIT, (c) 2022 Tiffany Do (the VALID library of xrtlab and Google). Made with a
                                        tool whose own terms nobody here has read: a pack without them is one option of pack.py
  Upliner/CharMorph-Vitruvian           vitruvian-hair: six strand grooms and the head they sit on, CC0-1.0
  npm @pmndrs/assets                    hdri: environments of Poly Haven, CC0-1.0

In both folders `PROVENANCE.tsv` (file, bytes, sha256, source) names the origin of
every single file; `python3 data.py --list` prints it by source.
"""
import argparse
import hashlib
import os
import sys
from collections import defaultdict


def read_provenance(folder):
    """List of (path relative to `folder`, bytes, sha256 hex, source)."""
    path = os.path.join(folder, 'PROVENANCE.tsv')
    if not os.path.exists(path):
        raise SystemExit(f'{path}: not found. Pass the MakeHuman head data folder with --data.')
    with open(path) as lines:
        rows = [line.rstrip('\n').split('\t') for line in lines][1:]
    return [(row[0], int(row[1]), row[2], row[3]) for row in rows]


PRIOR = 'ict-facekit/', 'ict-on-makehuman/', 'hdri/', 'valid-heads/', 'vitruvian-hair/'  # the part of the prior folder that is used


def verify(folder, rows):
    """Problems found, one sentence each: a missing file, a wrong length or hash, a file nobody accounts for."""
    problems = []
    for name, size, digest, source in rows:
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            problems.append(f'{name}: missing; take it from {source}')
            continue
        with open(path, 'rb') as file:
            content = file.read()
        if len(content) != size or hashlib.sha256(content).hexdigest() != digest:
            problems.append(f'{name}: expected {size} bytes of sha256 {digest}; take it again from {source}')
    known = {name for name, *_ in rows} | {'PROVENANCE.tsv', 'README.md'}
    for root, _, names in os.walk(folder):
        for name in names:
            relative = os.path.relpath(os.path.join(root, name), folder)
            if relative not in known and not any(name.startswith(PRIOR) for name in known):
                problems.append(f'{relative}: not listed in PROVENANCE.tsv; it will not be used')
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True, help='the MakeHuman head data folder, or that of --prior')
    parser.add_argument('--prior', action='store_true', help='it is the folder of scans, skins and light: check what is used of it')
    parser.add_argument('--list', action='store_true', help='print the files by source instead of checking them')
    options = parser.parse_args()
    rows = read_provenance(options.data)
    if options.prior:
        rows = [row for row in rows if row[0].startswith(PRIOR)]
    if options.list:
        by_source = defaultdict(list)
        for name, size, _, source in rows:
            by_source[source].append((name, size))
        for source, files in sorted(by_source.items()):
            print(f'{source}: {len(files)} files, {sum(size for _, size in files) / 1e6:.1f} MB')
            for name, _ in files:
                print('   ', name)
        return
    problems = verify(options.data, rows)
    print('\n'.join(problems) or f'{len(rows)} files agree with PROVENANCE.tsv')
    sys.exit(1 if problems else 0)


if __name__ == '__main__':
    main()
