"""What heads look like, held by what must be true of it: `python3 -m unittest test_looks` in this folder (tiny pack, no picture)."""
import unittest

import numpy as np

from drawing import camera
from drawing import raster
from heads import assets
from heads import expressions as ex
from heads import shape
from heads.head import describe
from heads.latent import BEARD, GLASSES, HAIR_NAMES, STRANDS, WORN, LatentMap
from judging import depthshape
from looks import beard
from looks import complexion
from looks import glasses
from looks import strands

A = assets.load(assets.TINY)
LATENT = LatentMap(assets.contents(assets.TINY))
SKIN = A.skin_whole[1][A.skin_whole[0]]


def head(style='crop', **entries):
    """Parameters of a head that is average but for `entries` {entry_label: value}; style as a named coordinate."""
    labels = {'strands': STRANDS, 'beard': BEARD, 'glasses': GLASSES}
    x = np.zeros(LATENT.size, np.float32)
    for key, value in entries.items():
        name, _, label = key.partition('_')
        x[LATENT.at[name].start + (labels[name].index(label) if label else 0)] = value
    named = np.zeros(LATENT.named_count, np.float32)
    named[len(ex.NAMES) + HAIR_NAMES.index(style)] = 1
    return describe(LATENT, x, named)


def rest(parameters):
    V = shape.morph(A, parameters)[1]
    return V, shape.normals(V, SKIN)


class Hair(unittest.TestCase):
    def length(self, **entries):
        parameters = head(**entries)
        points = strands.strands(A.grooms, parameters['strands'], *rest(parameters))[0]
        return np.linalg.norm(np.diff(points, axis=1), axis=2).sum(1).mean()

    def test_length_grows_with_its_entry(self):
        lengths = [self.length(strands_length=v) for v in (-2, -1, 0, 1, 2)]
        self.assertTrue(np.all(np.diff(lengths) > 0), lengths)

    def test_hair_stays_outside_the_head(self):
        parameters = head(strands_length=1)
        V, normals = rest(parameters)
        points = strands.strands(A.grooms, parameters['strands'], V, normals)[0].reshape(-1, 3)
        used = np.unique(SKIN)
        near = used[np.linalg.norm(points[::40, None] - V[used][None], axis=2).argmin(1)]
        depth = ((points[::40] - V[near]) * normals[near]).sum(1)
        self.assertGreater(np.percentile(depth, 2), -0.02)

    def test_parting_mirrors_where_the_head_is_its_own_mirror_image(self):
        V = (A.scan.start + A.scan.start[A.grooms.mirror] * [-1, 1, 1]).astype(np.float32) / 2
        normals = shape.normals(V, SKIN)
        left, right = (strands.strands(A.grooms, head(strands_part=v)['strands'], V, normals)[0] for v in (1, -1))
        self.assertLess(np.abs(left.mean((0, 1)) * [-1, 1, 1] - right.mean((0, 1))).max(), 0.03)

    def test_a_receding_hairline_takes_the_front_away_first(self):
        full, thin = (head(strands_recede=v)['strands'] for v in (-2, 2.5))
        V, normals = rest(head())
        kept = [strands.strands(A.grooms, s, V, normals)[0][:, 0] for s in (full, thin)]
        self.assertLess(len(kept[1]), len(kept[0]))
        self.assertLess(kept[1][:, 2].max(), kept[0][:, 2].max() - 0.1)


class Beard(unittest.TestCase):
    def test_only_men_with_enough_of_it_grow_one(self):
        skin = SKIN
        for amount, male, grows in ((2, 2, True), (2, -2, False), (-1, 2, False)):
            parameters = head(beard_amount=amount, gender_=male, beard_length=1)
            V, normals = rest(parameters)
            self.assertEqual(bool(beard.build(A.beard, parameters['beard'], V, normals, skin)), grows)

    def test_it_leaves_lips_and_forehead_free(self):
        lips = np.array([[0, 6.69, 1.5], [0, 6.79, 1.55], [0.15, 6.73, 1.48]])
        self.assertLess(beard.zones(lips).max(), 0.1)
        self.assertLess(beard.zones(np.array([[0, 7.8, 1.45], [0.3, 7.4, 1.35], [0.3, 7.1, 1.3]])).max(), 0.05)
        self.assertGreater(beard.zones(np.array([[0, 6.45, 1.44]])).max(), 0.8)

    def test_it_moves_with_the_jaw(self):
        parameters = head(beard_amount=2, gender_=2, beard_length=1)
        V, normals = rest(parameters)
        parameters['expression'] = {'jawOpen': 1.0}
        opened = shape.morph(A, parameters)[0]
        low = [beard.build(A.beard, parameters['beard'], v, normals, SKIN)['beard'][0][:, 1].min() for v in (V, opened)]
        self.assertLess(low[1], low[0] - 0.05)


class Glasses(unittest.TestCase):
    def parts(self):
        parameters = head(glasses_worn=WORN + 0.5)
        V = shape.morph(A, parameters)[1]
        left, right = V[A.eye_left], V[A.eye_right]
        radius = np.linalg.norm(left - left.mean(0), axis=1).mean()
        return glasses.build(parameters['glasses'], left.mean(0), right.mean(0), radius, V[A.bridge], V[list(A.ears)]), V, left, right

    def test_one_head_in_five_wears_them(self):
        rng = np.random.default_rng(0)
        worn = [head(glasses_worn=v)['glasses'] is not None for v in rng.normal(size=400)]
        self.assertAlmostEqual(np.mean(worn), 0.2, delta=0.06)

    def test_lenses_lie_before_the_eyes_and_temples_reach_the_ears(self):
        parts, V, left, right = self.parts()
        lens = parts['lens'][0]
        for eye in (left, right):
            side = lens[np.sign(lens[:, 0]) == np.sign(eye[:, 0].mean())]
            self.assertGreater(side[:, 2].min(), eye[:, 2].max())
            self.assertLess(np.abs(side.mean(0) - eye.mean(0))[:2].max(), 0.12)
        self.assertLess(parts['frame'][0][:, 2].min(), V[A.ears[0], 2] + 0.05)

    def test_a_frame_is_closed_and_its_normals_point_out(self):
        parts, *_ = self.parts()
        P, N, tri = parts['frame']
        self.assertTrue(np.isfinite(P).all() and tri.max() < len(P))
        self.assertLess(np.abs(np.linalg.norm(N, axis=1) - 1).max(), 1e-3)


class Wrinkles(unittest.TestCase):
    def test_age_and_expression_deepen_them_and_youth_at_rest_has_none(self):
        marks = type('Marks', (), {'lines': [np.ones((2, 2), np.float32)] * 6})
        self.assertIsNone(complexion.wrinkled(marks, 0.1, {}))
        smile = {'mouthSmileLeft': 1, 'mouthSmileRight': 1}
        young, old = (complexion.wrinkled(marks, age, smile).mean() for age in (0.1, 0.9))
        self.assertGreater(young, 0)
        self.assertGreater(old, young)


def depth_of(V, view, side=128):
    """Distances along the rays to the skin `V` (V,3) in scene units, (side,side), 0 where nothing is."""
    matrix = camera.cam2world(view)
    seen = (V - matrix[:3, 3]) @ matrix[:3, :3]
    screen = np.concatenate([seen[:, :2] / seen[:, 2:] * view.focal * side + side / 2, seen[:, 2:]], 1)
    attributes = np.concatenate([V, np.ones((len(V), 9))], 1)
    material = np.array([[-1, 0, 0, 1, 0, 1, 1, 1, 0, 0, 0, 0]])
    light = matrix[:3, 3], np.array([0, 0, 1]), np.ones(3)
    z = raster.render(side, screen, attributes, SKIN, np.zeros(len(SKIN)), [], material, *light, 1)[2]
    p = ((np.arange(side) + 0.5) / side - 0.5) / view.focal
    return np.where(z < 1e8, z * np.sqrt(1 + p[None] ** 2 + p[:, None] ** 2), 0)


class Depth(unittest.TestCase):
    def test_a_scanned_shape_is_found_again_from_depth(self):
        """Four modes at two standard deviations, from three views; the measure is the landmarks' distance from the truth's."""
        scan, views = A.scan, [camera.View(yaw, 0.0) for yaw in (-0.5, 0.0, 0.5)]
        true = scan.start.copy()
        true[scan.moved] += (2 * scan.modes.sum(0)).reshape(-1, 3)
        centre, scale = shape.alignment(true, A)
        depths = [depth_of((true - centre) * scale, view) for view in views]
        found = depthshape.estimate(A, A.landmarks, views, depths, *shape.alignment(scan.start, A))
        apart = lambda p: np.linalg.norm((p - p.mean(0)) - (true[A.landmarks] - true[A.landmarks].mean(0)))
        self.assertLess(apart(found), 0.4 * apart(scan.start[A.landmarks]))


if __name__ == '__main__':
    unittest.main()
