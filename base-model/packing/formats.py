"""Readers of the MakeHuman text formats: .obj, .target(.gz), .mhclo. Written from the formats' own text (heads.md 2).

Frame: decimetres, +y up, +z out of the face, +x the person's LEFT.
"""
import gzip
import os

import numpy as np


def read_obj(path):
    """-> vertices (V,3) float64, texture coordinates (T,2), faces [[(v, t), ...]], the group name of each face."""
    vertices, coordinates, faces, groups, group = [], [], [], [], ''
    with open(path, errors='replace') as lines:
        for line in lines:
            words = line.split()
            if not words:
                continue
            if words[0] == 'v':
                vertices.append([float(x) for x in words[1:4]])
            elif words[0] == 'vt':
                coordinates.append([float(x) for x in words[1:3]])
            elif words[0] == 'g':
                group = words[1] if len(words) > 1 else ''
            elif words[0] == 'f':
                faces.append([tuple(int(part) - 1 for part in (word.split('/') + ['0'])[:2]) for word in words[1:]])
                groups.append(group)
    return np.array(vertices), np.array(coordinates), faces, groups


def triangulate(faces):
    """Fans of the faces -> triangles (F,3) into unique corners, the corners' vertex (P,) and coordinate index (P,)."""
    corners = np.array([(f[0], f[k], f[k + 1]) for f in faces for k in range(1, len(f) - 1)]).reshape(-1, 2)
    unique, inverse = np.unique(corners, axis=0, return_inverse=True)
    return inverse.reshape(-1, 3).astype(np.int32), unique[:, 0].astype(np.int32), unique[:, 1].astype(np.int32)


def read_target(path):
    """Sparse displacement -> vertex index (M,) int32, displacement (M,3) float32 in decimetres."""
    index, delta = [], []
    with (gzip.open if path.endswith('.gz') else open)(path, 'rt', errors='replace') as lines:
        for line in lines:
            words = line.split()
            if len(words) >= 4 and words[0][0] != '#':
                index.append(int(words[0]))
                delta.append([float(x) for x in words[1:4]])
    return np.array(index, np.int32), np.array(delta, np.float32).reshape(-1, 3)


class Proxy:
    """A .mhclo: a mesh bound to the base mesh. Vertex = sum_k weight_k B[index_k] + offset * scale (per axis)."""

    def __init__(self, path):
        index, weight, offset, mode, obj = [], [], [], None, None
        self.scale = [None, None, None]  # per axis (vertex a, vertex b, denominator)
        with open(path, errors='replace') as lines:
            for line in lines:
                words = line.split()
                if not words or words[0][0] == '#':
                    continue
                key = words[0]
                if key in ('x_scale', 'y_scale', 'z_scale'):
                    self.scale['xyz'.index(key[0])] = (int(words[1]), int(words[2]), float(words[3]))
                elif key == 'obj_file':
                    obj = os.path.join(os.path.dirname(path), words[1])
                elif key in ('verts', 'delete_verts'):
                    mode = key
                elif mode == 'verts' and key.lstrip('-').isdigit():
                    if len(words) == 1:
                        index.append([int(key)] * 3)
                        weight.append([1, 0, 0])
                        offset.append([0, 0, 0])
                    elif len(words) >= 6:
                        index.append([int(x) for x in words[:3]])
                        weight.append([float(x) for x in words[3:6]])
                        offset.append([float(x) for x in words[6:9]] if len(words) >= 9 else [0, 0, 0])
        vertices, coordinates, faces, _ = read_obj(obj)
        if len(vertices) != len(index):
            raise ValueError(f'{path}: {len(index)} bindings for {len(vertices)} vertices of {obj}')
        self.index, self.weight, self.offset = np.array(index), np.array(weight), np.array(offset)
        self.triangles, self.corner_vertex, corner_coordinate = triangulate(faces)
        self.uv = coordinates[corner_coordinate]
