"""Writes a skinned, animated figure as binary glTF 2.0."""
import json
import struct

import numpy as np

COPYRIGHT = "CC0-1.0, made from MakeHuman's base mesh, rig and targets"

FLOAT, BYTE, SHORT, INT = 5126, 5121, 5123, 5125
TYPES = {1: 'SCALAR', 2: 'VEC2', 3: 'VEC3', 4: 'VEC4', 16: 'MAT4'}


def quaternion(M):
    """(3,3) rotation -> x, y, z, w."""
    w = np.sqrt(max(0, 1 + M[0, 0] + M[1, 1] + M[2, 2])) / 2
    x = np.sqrt(max(0, 1 + M[0, 0] - M[1, 1] - M[2, 2])) / 2
    y = np.sqrt(max(0, 1 - M[0, 0] + M[1, 1] - M[2, 2])) / 2
    z = np.sqrt(max(0, 1 - M[0, 0] - M[1, 1] + M[2, 2])) / 2
    x, y, z = np.copysign(x, M[2, 1] - M[1, 2]), np.copysign(y, M[0, 2] - M[2, 0]), np.copysign(z, M[1, 0] - M[0, 1])
    q = np.array([x, y, z, w])
    if w < 1e-4:
        values, vectors = np.linalg.eigh(np.array([
            [M[0, 0] - M[1, 1] - M[2, 2], M[0, 1] + M[1, 0], M[0, 2] + M[2, 0], M[2, 1] - M[1, 2]],
            [M[0, 1] + M[1, 0], M[1, 1] - M[0, 0] - M[2, 2], M[1, 2] + M[2, 1], M[0, 2] - M[2, 0]],
            [M[0, 2] + M[2, 0], M[1, 2] + M[2, 1], M[2, 2] - M[0, 0] - M[1, 1], M[1, 0] - M[0, 1]],
            [M[2, 1] - M[1, 2], M[0, 2] - M[2, 0], M[1, 0] - M[0, 1], M[0, 0] + M[1, 1] + M[2, 2]]]))
        q = vectors[:, values.argmax()]
    return q / np.linalg.norm(q)


class Buffer:
    """Collects arrays as accessors of one buffer."""

    def __init__(self):
        self.bytes, self.views, self.accessors, self._known = bytearray(), [], [], {}

    def add(self, array, kind, size, target=None, bounds=False, normalized=False):
        dtype = {FLOAT: np.float32, BYTE: np.uint8, SHORT: np.uint16, INT: np.uint32}[kind]
        data = np.ascontiguousarray(array, dtype)
        key = (data.tobytes(), kind, size)
        if key in self._known:
            return self._known[key]
        self.bytes += b'\0' * (-len(self.bytes) % 4)
        view = dict(buffer=0, byteOffset=len(self.bytes), byteLength=data.nbytes)
        if target:
            view['target'] = target
        self.views.append(view)
        self.bytes += data.tobytes()
        accessor = dict(bufferView=len(self.views) - 1, componentType=kind, count=data.size // size, type=TYPES[size])
        if normalized:
            accessor['normalized'] = True
        if bounds:
            rows = data.reshape(-1, size)
            accessor['min'], accessor['max'] = rows.min(0).tolist(), rows.max(0).tolist()
        self.accessors.append(accessor)
        self._known[key] = len(self.accessors) - 1
        return self._known[key]


def whole_bytes(weights):
    """(V,4) weights -> bytes that add up to 255 in every row."""
    out = np.floor(weights * 255).astype(int)
    out[np.arange(len(out)), weights.argmax(1)] += 255 - out.sum(1)
    return out


def write_glb(path, name, parts, bones, clips):
    """
    @param parts [{name, triangles, positions, normals, joints, weights, colours}], metres, linear colours
    @param bones [{name, parent, head, axes}], parents first
    @param clips {name: {times, turns {bone: (K,3,3) local}, places {bone: (K,3) local}}}
    """
    buffer, nodes, skins, meshes, materials = Buffer(), [], [], [], []
    index = {bone['name']: i for i, bone in enumerate(bones)}
    world = {}
    for bone in bones:
        M = np.eye(4)
        M[:3, :3], M[:3, 3] = bone['axes'], bone['head']
        world[bone['name']] = M
        local = M if bone['parent'] is None else np.linalg.inv(world[bone['parent']]) @ M
        node = dict(name=bone['name'], translation=local[:3, 3].tolist(), rotation=quaternion(local[:3, :3]).tolist())
        children = [index[other['name']] for other in bones if other['parent'] == bone['name']]
        if children:
            node['children'] = children
        nodes.append(node)
    inverse = np.array([np.linalg.inv(world[bone['name']]).T for bone in bones])
    skins.append(dict(joints=list(range(len(bones))), skeleton=0,
                      inverseBindMatrices=buffer.add(inverse.reshape(len(bones), 16), FLOAT, 16)))
    roots = [0]
    for part in parts:
        count = len(part['positions'])
        shares = whole_bytes(part['weights'])
        colours = np.concatenate([part['colours'], np.ones((count, 1))], 1)
        one = bool((part['colours'] == part['colours'][:1]).all())
        attributes = dict(
            POSITION=buffer.add(part['positions'], FLOAT, 3, 34962, bounds=True),
            NORMAL=buffer.add(part['normals'], FLOAT, 3, 34962),
            JOINTS_0=buffer.add(np.where(shares > 0, part['joints'], 0), BYTE, 4, 34962),
            WEIGHTS_0=buffer.add(shares, BYTE, 4, 34962, normalized=True))
        base = [1, 1, 1, 1]
        if one:
            base = colours[0].tolist()
        else:
            attributes['COLOR_0'] = buffer.add(np.round(255 * colours), BYTE, 4, 34962, normalized=True)
        kind = SHORT if count < 65536 else INT
        materials.append(dict(name=part['name'], pbrMetallicRoughness=dict(
            baseColorFactor=base, metallicFactor=0, roughnessFactor=0.55 if part['name'] in ('skin', 'eyes', 'shoes') else 0.9)))
        meshes.append(dict(name=part['name'], primitives=[dict(
            attributes=attributes, indices=buffer.add(part['triangles'], kind, 1, 34963), material=len(materials) - 1)]))
        roots.append(len(nodes))
        nodes.append(dict(name=part['name'], mesh=len(meshes) - 1, skin=0))
    animations = []
    for clip, movement in clips.items():
        channels, samplers = [], []

        def track(bone, target, values, size):
            # What stands still needs one key.
            still = np.abs(values - values[:1]).max() < 1e-6
            times = movement['times'][:1] if still else movement['times']
            keys = buffer.add(times, FLOAT, 1, bounds=True)
            samplers.append(dict(input=keys, output=buffer.add(values[:len(times)], FLOAT, size)))
            channels.append(dict(sampler=len(samplers) - 1, target=dict(node=index[bone], path=target)))

        for bone, turns in movement['turns'].items():
            values = np.array([quaternion(M) for M in turns])
            for k in range(1, len(values)):
                if values[k] @ values[k - 1] < 0:
                    values[k] *= -1
            track(bone, 'rotation', values, 4)
        for bone, places in movement['places'].items():
            track(bone, 'translation', np.asarray(places), 3)
        animations.append(dict(name=clip, channels=channels, samplers=samplers))
    tree = dict(
        asset=dict(version='2.0', generator='base-model/avatar.py', copyright=COPYRIGHT),
        scene=0, scenes=[dict(name=name, nodes=roots)], nodes=nodes, meshes=meshes, materials=materials, skins=skins,
        animations=animations, accessors=buffer.accessors, bufferViews=buffer.views, buffers=[dict(byteLength=len(buffer.bytes))])
    text = json.dumps(tree, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 4)
    binary = bytes(buffer.bytes) + b'\0' * (-len(buffer.bytes) % 4)
    with open(path, 'wb') as out:
        out.write(struct.pack('<III', 0x46546C67, 2, 28 + len(text) + len(binary)))
        out.write(struct.pack('<II', len(text), 0x4E4F534A) + text)
        out.write(struct.pack('<II', len(binary), 0x004E4942) + binary)
