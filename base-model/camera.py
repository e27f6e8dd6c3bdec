"""EG3D cameras: opencv cam2world (x right, y down, z into the scene) and normalised intrinsics; 25 numbers a label."""
import math

import numpy as np

FOCAL = 4.2647  # in units of the image side: a field of view of 13.37 degrees
RADIUS = 2.7
RAY_START, RAY_END = 2.25, 3.3
BOX_WARP = 0.75  # the planes span -0.375 .. 0.375
CUT = BOX_WARP / 2 * 0.985  # beyond it, on any axis, the planes can show nothing: a bust ends there
YAW_LIMIT, PITCH_LIMIT = math.radians(78), math.radians(25)


def cam2world(yaw, pitch, radius=RADIUS):
    """Camera at `radius` looking at the origin; yaw > 0 stands at the person's left (+x), pitch > 0 above. (4,4)"""
    towards = np.array([math.sin(yaw) * math.cos(pitch), math.sin(pitch), math.cos(yaw) * math.cos(pitch)])
    x = np.cross(-towards, [0, 1, 0])
    x /= np.linalg.norm(x)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = x, np.cross(-towards, x), -towards
    matrix[:3, 3] = radius * towards
    return matrix


def label(yaw, pitch):
    """(25,) float32: cam2world row by row, then intrinsics row by row."""
    intrinsics = [FOCAL, 0, 0.5, 0, FOCAL, 0.5, 0, 0, 1]
    return np.concatenate([cam2world(yaw, pitch).reshape(-1), intrinsics]).astype(np.float32)


def yaw_of(camera):
    """Yaw in radians of a label (25,)."""
    return math.atan2(float(camera[3]), float(camera[11]))


def sample_views(rng, count):
    """(yaw, pitch) pairs: the first near the front, the others left and right in turn out to the limits."""
    views, side = [], 1 if rng.random() < 0.5 else -1
    for i in range(count):
        yaw = rng.normal(0, 0.22) if i % 2 == 0 and count > 1 else side * rng.uniform(0.15, YAW_LIMIT)
        side = -side if i % 2 else side
        pitch = np.clip(rng.normal(0.03, 0.17), -PITCH_LIMIT, PITCH_LIMIT)
        views.append((float(np.clip(yaw, -YAW_LIMIT, YAW_LIMIT)), float(pitch)))
    return views
