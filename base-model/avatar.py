"""Makes the clothed bodies in assets/avatar: MakeHuman's base mesh, dressed in its helper surface, on Mixamo's bones, with clips.

    python3 base-model/avatar.py --makehuman FOLDER --rig FOLDER --out assets/avatar

--makehuman has base.obj and targets/macrodetails/*.target.gz (makehumancommunity, CC0); --rig has rig.mixamo.json and
weights.mixamo.json (mpfb2, src/mpfb/data/rigs/standard, CC0). Needs numpy alone. What it writes is CC0-1.0.
"""
import argparse
import json
import os

import numpy as np

from figure.clips import clips
from figure.glb import write_glb
from packing.formats import read_obj, read_target

PREFIX = 'mixamorig:'
SOLE = 0.12  # dm of sole under the foot
COLLAR = 5.82  # height of the shirt's collar at the neck's middle, dm of the base mesh
RACES = ('african', 'asian', 'caucasian')
BUILDS = {
    'woman': dict(gender='female', sleeve=0.6, shirt=(0.42, 0.1, 0.16), trousers=(0.05, 0.07, 0.13), shoes=(0.5, 0.47, 0.42)),
    'man': dict(gender='male', sleeve=1.93, shirt=(0.09, 0.2, 0.3), trousers=(0.13, 0.11, 0.09), shoes=(0.05, 0.04, 0.04)),
}
SKIN, HAIR, LIPS = (0.53, 0.29, 0.2), (0.05, 0.03, 0.02), (0.36, 0.13, 0.11)


def shaped(folder, V, gender):
    """Base mesh of a young person of no ancestry in particular and of usual weight."""
    V = V.copy()
    macros = [(f'{race}-{gender}-young', 1 / 3) for race in RACES]
    macros.append((f'universal-{gender}-young-averagemuscle-averageweight', 1))
    for name, weight in macros:
        index, delta = read_target(os.path.join(folder, 'targets', 'macrodetails', name + '.target.gz'))
        V[index] += weight * delta
    return V


def bone_matrix(head, tail, roll):
    """(3,3) columns: a bone's axes, y along it, turned by `roll` about itself as Blender counts it (z up there, y up here)."""
    to_blender = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], float)
    y = to_blender @ (tail - head)
    y /= np.linalg.norm(y)
    # The shortest way from (0, 1, 0) to the bone, then the roll.
    v, c = np.cross([0, 1, 0], y), y[1]
    k = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    turn = np.eye(3) + k + k @ k / (1 + c) if c > -0.999999 else np.diag([-1.0, -1, 1])
    cos, sin = np.cos(roll), np.sin(roll)
    return to_blender.T @ turn @ np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])


def skeleton(rig, V, faces, groups):
    """-> [{name, parent, head, tail, axes}] in metres, parents first; positions are means of vertices of the shaped mesh."""
    cubes = {}
    for face, group in zip(faces, groups):
        if group.startswith('joint-'):
            cubes.setdefault(group, set()).update(v for v, _ in face)

    def place(end):
        vertices = list(cubes[end['cube_name']]) if end['strategy'] == 'CUBE' else end['vertex_indices']
        return V[vertices].mean(0)

    bones, left = [], dict(rig['bones'])
    while left:
        for name, bone in list(left.items()):
            if bone['parent'] in left:
                continue
            head, tail = place(bone['head']), place(bone['tail'])
            axes = bone_matrix(head, tail, bone['roll'])
            bones.append(dict(name=name, parent=bone['parent'] or None, head=head, tail=tail, axes=axes))
            del left[name]
    # Mixamo ends its heads with a bone at the crown.
    top = next(bone for bone in bones if bone['name'] == PREFIX + 'Head')
    crown = top['tail'] + [0, 0.5, 0]
    bones.append(dict(name=PREFIX + 'HeadTop_End', parent=top['name'], head=top['tail'], tail=crown, axes=top['axes']))
    return bones


def normals_of(V, triangles):
    N = np.zeros_like(V)
    n = np.cross(V[triangles[:, 1]] - V[triangles[:, 0]], V[triangles[:, 2]] - V[triangles[:, 0]])
    for k in range(3):
        np.add.at(N, triangles[:, k], n)
    return N / np.maximum(np.linalg.norm(N, axis=1, keepdims=True), 1e-12)


def triangles_of(faces, keep):
    corners = [face for face, kept in zip(faces, keep) if kept]
    return np.array([(f[0][0], f[k][0], f[k + 1][0]) for f in corners for k in range(1, len(f) - 1)])


def along(P, bones, name):
    """How far along a bone a point is, 0 at its head and 1 at its tail."""
    bone = next(b for b in bones if b['name'] == PREFIX + name)
    way = bone['tail'] - bone['head']
    return (P - bone['head']) @ way / (way @ way)


def sleeve_place(P, owner, bones):
    """0 at the shoulder, 1 at the elbow, 2 at the wrist; -1 where it is no arm."""
    t = np.full(len(P), -1.0)
    for side in ('Left', 'Right'):
        for first, part in (('Arm', 0), ('ForeArm', 1)):
            mine = owner == PREFIX + side + first
            t[mine] = part + np.clip(along(P[mine], bones, side + first), 0, 1)
        t[np.char.startswith(owner, PREFIX + side + 'Hand')] = 2.5
    return t


def dress(V, faces, groups, owner, bones, build):
    """-> parts [(name, vertices moved (V,3), triangles, colour)]: skin that shows, shirt, trousers, shoes, eyes."""
    groups = np.array(groups)
    centre = np.array([V[[v for v, _ in face]].mean(0) for face in faces])
    first = np.array([face[0][0] for face in faces])
    of = owner[first]
    arm = sleeve_place(centre, of, bones)
    ankle = np.mean([b['head'][1] for b in bones if b['name'].endswith('Foot')])
    hips = next(b for b in bones if b['name'] == PREFIX + 'Hips')
    waist = hips['head'][1] + 0.62 * (hips['tail'][1] - hips['head'][1])
    tights, body = groups == 'helper-tights', groups == 'body'
    foot = np.char.endswith(of, 'Foot') | np.char.endswith(of, 'ToeBase')
    # A collar slants: lower in front.
    neck = next(b for b in bones if b['name'] == PREFIX + 'Neck')
    collar = neck['head'][1] + (COLLAR - 5.89) + 0.35 * (neck['head'][2] - centre[:, 2])
    shoes = tights & foot & (centre[:, 1] < ankle + 0.25)
    below = tights & ~shoes & (arm < 0)
    cuff, hem = ankle + 0.1, waist - 0.7
    trousers = tights & (arm < 0) & (centre[:, 1] < waist + 0.2) & (centre[:, 1] > ankle - 0.3)
    # No cloth is drawn up over the instep.
    heel = np.mean([b['head'][2] for b in bones if b['name'].endswith('Foot')])
    trousers &= (centre[:, 1] > cuff) | (centre[:, 2] < heel + 0.35)
    shirt = tights & ((below & (centre[:, 1] > hem - 0.6)) | (arm >= 0)) & (arm < build['sleeve']) & (centre[:, 1] < collar)
    skin = body & ((arm > build['sleeve'] - 0.25) | ((arm < 0) & (centre[:, 1] > collar - 0.75) & (np.abs(centre[:, 0]) < 1.3) & ~foot))
    eyes = (groups == 'helper-l-eye') | (groups == 'helper-r-eye')
    N = normals_of(V, triangles_of(faces, tights))
    flat = N * [1, 0.3, 1]
    # Cloth hangs free of calves, and of the small of the back.
    knee = np.mean([b['head'][1] for b in bones if b['name'].endswith('Leg') and 'Up' not in b['name']])
    leg = V + (0.04 + 0.1 * np.clip((knee + 1.5 - V[:, 1]) / 3, 0, 1))[:, None] * flat
    torso = V + (0.07 + 0.05 * np.clip((waist + 1 - V[:, 1]) / 1.5, 0, 1))[:, None] * flat
    # Faces do not end where cloth does: what hangs lower is drawn up to a straight edge.
    leg[:, 1], torso[:, 1] = np.maximum(leg[:, 1], cuff), np.maximum(torso[:, 1], hem)
    sole = V[np.unique(triangles_of(faces, shoes))][:, 1].min()
    shod = V + 0.07 * N
    low = np.clip((sole + 0.45 - V[:, 1]) / 0.4, 0, 1)
    # What is nearly at the ground is the flat of the sole.
    shod[:, 1] = np.where(V[:, 1] < sole + 0.3, np.minimum(shod[:, 1], sole + 0.55 * (V[:, 1] - sole)), shod[:, 1]) - SOLE * low
    return [
        ('skin', V, triangles_of(faces, skin), SKIN),
        ('shirt', torso, triangles_of(faces, shirt), build['shirt']),
        ('trousers', leg, triangles_of(faces, trousers), build['trousers']),
        ('shoes', shod, triangles_of(faces, shoes), build['shoes']),
        ('eyes', V, triangles_of(faces, eyes), (0.8, 0.78, 0.74)),
    ]


def painted(name, P, colour, eyes, ears):
    """(P,3) linear colours of a part's vertices: hair, brows and lips are painted on skin, irises on eyes."""
    colours = np.tile(np.array(colour, float), (len(P), 1))
    middle = eyes.mean(0)
    d = P - middle
    if name == 'skin':
        # The hairline runs from above the forehead past the ears to the nape.
        back = middle[2] - 1.15
        hair = (d[:, 1] > 0.72 + 0.25 * np.clip(P[:, 2] - back, 0, 9) - 0.2) | ((P[:, 2] < back) & (d[:, 1] > -0.75))
        hair &= (d[:, 1] > -0.9) & ~((np.abs(P[:, 0]) > ears - 0.1) & (d[:, 1] < 0.35))
        brow = (np.abs(np.abs(P[:, 0]) - 0.33) < 0.24) & (np.abs(d[:, 1] - 0.27) < 0.055) & (d[:, 2] > 0)
        lips = (np.abs(P[:, 0]) < 0.24) & (np.abs(d[:, 1] + 0.66) < 0.09) & (d[:, 2] > 0.25)
        colours[hair | brow] = HAIR
        colours[lips] = LIPS
    if name == 'eyes':
        for eye in eyes:
            away = P - eye
            front = away[:, 2] / np.maximum(np.linalg.norm(away, axis=1), 1e-9)
            near = np.linalg.norm(away, axis=1) < 0.3
            colours[near & (front > 0.8)] = (0.08, 0.05, 0.03)
    return colours


def build_avatar(makehuman, rig_folder, build):
    V0, _, faces, groups = read_obj(os.path.join(makehuman, 'base.obj'))
    rig, weights = [json.load(open(os.path.join(rig_folder, f'{kind}.mixamo.json'))) for kind in ('rig', 'weights')]
    V = shaped(makehuman, V0, build['gender'])
    bones = skeleton(rig, V, faces, groups)
    names = [bone['name'] for bone in bones]
    W = np.zeros((len(V), len(names)))
    for name, pairs in weights['weights'].items():
        index, value = np.array(pairs).T
        np.add.at(W, (index.astype(int), names.index(name)), value)
    owner = np.array(names)[W.argmax(1)]
    eyes = np.array([V[np.unique([v for f, g in zip(faces, groups) if g == f'helper-{s}-eye' for v, _ in f])].mean(0) for s in 'lr'])
    head = V[(owner == PREFIX + 'Head') & (np.arange(len(V)) < 13380)]
    ears = np.abs(head[:, 0]).max() - 0.12
    ground = min(P[np.unique(t)][:, 1].min() for name, P, t, _ in dress(V, faces, groups, owner, bones, build) if name == 'shoes')
    parts = []
    for name, P, triangles, colour in dress(V, faces, groups, owner, bones, build):
        used, local = np.unique(triangles, return_inverse=True)
        local = local.reshape(-1, 3)
        four = np.argsort(-W[used], axis=1)[:, :4]
        share = np.take_along_axis(W[used], four, 1)
        share /= share.sum(1, keepdims=True)
        parts.append(dict(name=name, triangles=local, positions=(P[used] - [0, ground, 0]) / 10, normals=normals_of(P[used], local),
                          joints=four, weights=share, colours=painted(name, P[used], colour, eyes, ears)))
    for bone in bones:
        for end in ('head', 'tail'):
            bone[end] = (bone[end] - [0, ground, 0]) / 10
    return parts, bones


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--makehuman', required=True, help='folder with base.obj and targets/')
    parser.add_argument('--rig', required=True, help='folder with rig.mixamo.json and weights.mixamo.json')
    parser.add_argument('--out', required=True, help='folder to write woman.glb and man.glb to')
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    for name, build in BUILDS.items():
        parts, bones = build_avatar(options.makehuman, options.rig, build)
        path = os.path.join(options.out, name + '.glb')
        write_glb(path, name, parts, bones, clips(bones))
        print(path, os.path.getsize(path), 'bytes,', sum(len(part['triangles']) for part in parts), 'triangles')


if __name__ == '__main__':
    main()
