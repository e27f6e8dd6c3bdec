"""EG3D cameras: opencv cam2world (x right, y down, z into the scene) and normalised intrinsics; 25 numbers a label."""
import math
from typing import NamedTuple

import numpy as np

FOCAL = 4.2647  # in units of the image side: a field of view of 13.37 degrees
RADIUS = 2.7
NEAREST = 1.0  # an arm's length: 46 cm where a head is half a unit high; RADIUS is 1.25 m, nearly a telephoto
RAY_START, RAY_END = -0.45, 0.6  # where rays begin and end, from the plane through the origin's distance
BOX_WARP = 0.75  # the planes span -0.375 .. 0.375
CUT = BOX_WARP / 2 * 0.985  # beyond it, on any axis, the planes can show nothing: a bust ends there
YAW_LIMIT, PITCH_LIMIT, ROLL_LIMIT = math.radians(78), math.radians(25), math.radians(8)


class View(NamedTuple):
    """Where a camera stands. yaw > 0: at the person's left (+x), pitch > 0: above, roll > 0: turned clockwise; radians.

    The focal length follows the distance, so that a head keeps its size: only the perspective changes.
    """
    yaw: float
    pitch: float
    distance: float = RADIUS
    roll: float = 0.0

    @property
    def focal(self):
        """In units of the image side."""
        return FOCAL * self.distance / RADIUS


def cam2world(view):
    """Camera looking at the origin. (4,4)"""
    yaw, pitch, distance, roll = view
    towards = np.array([math.sin(yaw) * math.cos(pitch), math.sin(pitch), math.cos(yaw) * math.cos(pitch)])
    x = np.cross(-towards, [0, 1, 0])
    x /= np.linalg.norm(x)
    y = np.cross(-towards, x)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1] = math.cos(roll) * x + math.sin(roll) * y, math.cos(roll) * y - math.sin(roll) * x
    matrix[:3, 2] = -towards
    matrix[:3, 3] = distance * towards
    return matrix


def label(view):
    """(25,) float32: cam2world row by row, then intrinsics row by row."""
    intrinsics = [view.focal, 0, 0.5, 0, view.focal, 0.5, 0, 0, 1]
    return np.concatenate([cam2world(view).reshape(-1), intrinsics]).astype(np.float32)


def yaw_of(camera):
    """Yaw in radians of a label (25,)."""
    return math.atan2(float(camera[3]), float(camera[11]))


def sample_views(rng, count):
    """Views: the first near the front, the others left and right in turn out to the limits; near and far, a little rolled."""
    views, side = [], 1 if rng.random() < 0.5 else -1
    for i in range(count):
        yaw = rng.normal(0, 0.22) if i % 2 == 0 and count > 1 else side * rng.uniform(0.15, YAW_LIMIT)
        side = -side if i % 2 else side
        pitch = np.clip(rng.normal(0.03, 0.17), -PITCH_LIMIT, PITCH_LIMIT)
        distance = math.exp(rng.uniform(math.log(NEAREST), math.log(RADIUS)))
        roll = float(np.clip(rng.normal(0, 0.06), -ROLL_LIMIT, ROLL_LIMIT))
        views.append(View(float(np.clip(yaw, -YAW_LIMIT, YAW_LIMIT)), float(pitch), distance, roll))
    return views
