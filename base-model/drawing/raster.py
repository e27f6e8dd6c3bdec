"""The rasteriser's two calls on numpy arrays: the compiled kernel where there is one, torch operators otherwise."""
import ctypes

import numpy as np

from native import build


def _pointer(array):
    return array.ctypes.data_as(ctypes.c_void_p)


def _plain(array, kind):
    return np.ascontiguousarray(array, kind)


def visibility(vertices, triangles, points, normals, directions, side, bias):
    """(D,P) float32: the share of point p that sees direction d past the triangles (V,3), (F,3)."""
    kernel = build.load('raster')
    vertices, points, normals, directions = (_plain(a, np.float32) for a in (vertices, points, normals, directions))
    triangles = _plain(triangles, np.int32)
    if kernel is None:
        from drawing import raster_torch
        return raster_torch.visibility(vertices, triangles, points, normals, directions, side, bias)
    out = np.zeros((len(directions), len(points)), np.float32)
    kernel.visibility(_pointer(vertices), len(vertices), _pointer(triangles), len(triangles), _pointer(points),
                      _pointer(normals), len(points), _pointer(directions), len(directions), side,
                      ctypes.c_float(bias), _pointer(out))
    return out


def render(side, screen, attributes, triangles, material_of, textures, materials, eye, key, key_colour,
           cut):
    """-> premultiplied linear rgb (S,S,3), alpha (S,S), view depth (S,S) with >= 1e8 where empty.

    Surface further than `cut` from the origin along any axis is not drawn.
    """
    screen, attributes, materials = (_plain(a, np.float32) for a in (screen, attributes, materials))
    triangles, material_of = _plain(triangles, np.int32), _plain(material_of, np.int32)
    eye, key, key_colour = (_plain(a, np.float32) for a in (eye, key, key_colour))
    kernel = build.load('raster')
    if kernel is None:
        from drawing import raster_torch
        return raster_torch.render(side, screen, attributes, triangles, material_of, textures, materials, eye, key,
                                   key_colour, cut)
    widths = np.array([t.shape[1] for t in textures], np.int32)
    heights = np.array([t.shape[0] for t in textures], np.int32)
    table = (ctypes.c_void_p * len(textures))(*[t.ctypes.data for t in textures])
    rgb, alpha, depth = (np.zeros(shape, np.float32) for shape in ((side, side, 3), (side, side), (side, side)))
    kernel.render(side, side, _pointer(screen), _pointer(attributes), _pointer(triangles), _pointer(material_of),
                  len(triangles), table, _pointer(widths), _pointer(heights), _pointer(materials), _pointer(eye),
                  _pointer(key), _pointer(key_colour), ctypes.c_float(cut), _pointer(rgb), _pointer(alpha), _pointer(depth))
    return rgb, alpha, depth
