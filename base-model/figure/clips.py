"""Clips of a figure, made from how people walk: planted feet and two-bone legs, arms that swing against them.

Turns are of the figure's own axes (x to its left, y up, z ahead), from its bind pose.
"""
import numpy as np

PREFIX = 'mixamorig:'
RATE = 24  # keys a second


def about(axis, angle):
    x, y, z = np.eye(3)['xyz'.index(axis)]
    c, s = np.cos(angle), np.sin(angle)
    K = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + s * K + (1 - c) * K @ K


def between(a, b):
    """The shortest turn from one direction to another."""
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    v, c = np.cross(a, b), a @ b
    K = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    return np.eye(3) + K + K @ K / (1 + c)


def smooth(x):
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


class Figure:
    """A bind pose that can be turned joint by joint; what is not turned stays with its parent."""

    def __init__(self, bones):
        self.bones = {bone['name'][len(PREFIX):]: bone for bone in bones}
        self.parent = {name: bone['parent'] and bone['parent'][len(PREFIX):] for name, bone in self.bones.items()}

    def way(self, name):
        return self.bones[name]['tail'] - self.bones[name]['head']

    def locals(self, turned, hips):
        """{joint: how it is turned altogether}, the hips' place -> local rotations and the hips' place."""
        whole = {}
        out = {}
        for name, bone in self.bones.items():
            parent = self.parent[name]
            above = whole[parent] if parent else np.eye(3)
            whole[name] = turned.get(name, above)
            if name in turned:
                rest = self.bones[parent]['axes'] if parent else np.eye(3)
                out[PREFIX + name] = (above @ rest).T @ whole[name] @ bone['axes']
        return out, hips

    def leg(self, turned, hips, side, ankle, foot):
        """Bends a leg so that its ankle comes to a place; knees bend forwards. `foot`: how far its toes point up."""
        pelvis = turned['Hips']
        joint = hips + pelvis @ (self.bones[side + 'UpLeg']['head'] - self.bones['Hips']['head'])
        thigh, shank = self.way(side + 'UpLeg'), self.bones[side + 'Foot']['head'] - self.bones[side + 'Leg']['head']
        a, b = np.linalg.norm(thigh), np.linalg.norm(shank)
        way = ankle - joint
        c = min(np.linalg.norm(way), 0.999 * (a + b))
        bend = np.arccos(np.clip((a * a + c * c - b * b) / (2 * a * c), -1, 1))
        down = way / np.linalg.norm(way)
        ahead = np.array([0, 0, 1.0])
        ahead -= down * (ahead @ down)
        ahead /= np.linalg.norm(ahead)
        upper = np.cos(bend) * down + np.sin(bend) * ahead
        lower = down * c - upper * a
        turned[side + 'UpLeg'] = between(thigh, upper)
        turned[side + 'Leg'] = between(shank, lower)
        turned[side + 'Foot'] = about('x', -foot)
        # Toes stay on the ground while the heel leaves it.
        turned[side + 'ToeBase'] = about('x', 0.65 * min(0, foot)) @ turned[side + 'Foot']

    def arm(self, turned, side, upper, lower):
        """Points an arm: directions of upper arm and forearm, of the figure's own axes. Fingers are a little bent."""
        chest = turned['Spine2']
        turned[side + 'Arm'] = chest @ between(self.way(side + 'Arm'), np.array(upper, float))
        own = turned[side + 'Arm'].T @ chest @ np.array(lower, float)
        turned[side + 'ForeArm'] = turned[side + 'Arm'] @ between(self.way(side + 'ForeArm'), own)
        sign = 1 if side == 'Left' else -1
        for finger, curl in (('Index', 0.22), ('Middle', 0.26), ('Ring', 0.3), ('Pinky', 0.34)):
            whole = turned[side + 'ForeArm']
            for joint in '123':
                # About the knuckles: across finger and palm.
                whole = whole @ rotation(self.knuckles(side), sign * curl)
                turned[side + 'Hand' + finger + joint] = whole

    def knuckles(self, side):
        way = self.bones[side + 'HandIndex1']['head'] - self.bones[side + 'HandPinky1']['head']
        return way / np.linalg.norm(way)


def rotation(axis, angle):
    x, y, z = axis
    K = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * K + (1 - np.cos(angle)) * K @ K


def gait(figure, phase, speed, cycle, stance, lift, hip_drop, swing, elbow, lean):
    """One moment of walking or running on the spot, phase 0..1; a foot is on the ground for `stance` of the cycle."""
    angle = 2 * np.pi * phase
    rest = figure.bones['Hips']['head']
    bob = 0.018 * np.cos(2 * angle) if stance > 0.5 else -0.045 * np.cos(2 * angle)
    hips = rest + [0.012 * np.sin(angle), -hip_drop - bob, 0]
    turned = {'Hips': about('y', 0.1 * np.cos(angle)) @ about('z', -0.035 * np.sin(angle)) @ about('x', lean)}
    step = speed * cycle * stance
    for side, shift in (('Left', 0.0), ('Right', 0.5)):
        p = (phase + shift) % 1
        ankle = figure.bones[side + 'Foot']['head'].copy()
        ankle[0] *= 0.75
        if p < stance:
            t = p / stance
            z = step * (0.5 - t)
            heel = smooth((t - 0.6) / 0.4)
            foot = 0.32 * (1 - smooth(t / 0.18)) - 0.75 * heel
            up = 0.085 * heel + 0.02 * (1 - smooth(t / 0.18))
        else:
            t = (p - stance) / (1 - stance)
            z = step * (smooth(t) - 0.5)
            foot = -0.75 * (1 - smooth(t / 0.6)) + 0.32 * smooth((t - 0.4) / 0.6)
            up = 0.085 * (1 - smooth(t / 0.7)) + 0.02 * smooth((t - 0.5) / 0.5) + lift * np.sin(np.pi * min(1, t * 1.05)) ** 1.5
        figure.leg(turned, hips, side, ankle + [0, up, z], foot)
    chest = about('y', -0.12 * np.cos(angle)) @ about('x', lean)
    turned['Spine1'], turned['Spine2'] = about('x', lean), chest
    turned['Neck'] = about('x', 0.4 * lean)
    turned['Head'] = about('x', 0.1 * lean)
    for side, sign in (('Left', 1), ('Right', -1)):
        forward = -sign * swing * np.cos(angle)
        upper = np.array([sign * 0.2, -np.cos(forward), np.sin(forward)])
        bent = forward + elbow + 0.25 * max(0, forward)
        figure.arm(turned, side, upper, [sign * 0.06, -np.cos(bent), np.sin(bent)])
    return figure.locals(turned, hips)


def standing(figure, seconds, length, right_arm=None):
    """Stands and breathes, the weight going slowly from one foot to the other."""
    angle = 2 * np.pi * seconds / length
    breath = np.sin(2 * angle)
    rest = figure.bones['Hips']['head']
    hips = rest + [0.012 * np.sin(angle), -0.012, 0]
    turned = {'Hips': about('z', -0.015 * np.sin(angle))}
    for side in ('Left', 'Right'):
        figure.leg(turned, hips, side, figure.bones[side + 'Foot']['head'] * [0.9, 1, 1], 0.0)
    turned['Spine1'] = about('x', 0.008 * breath)
    turned['Spine2'] = about('x', -0.014 * breath) @ about('z', 0.01 * np.sin(angle))
    turned['Neck'] = np.eye(3)
    turned['Head'] = about('x', 0.008 * breath) @ about('y', 0.03 * np.sin(angle))
    for side, sign in (('Left', 1), ('Right', -1)):
        figure.arm(turned, side, [sign * (0.2 + 0.01 * breath), -1, -0.03], [sign * 0.1, -1, 0.16])
    if right_arm:
        figure.arm(turned, 'Right', *right_arm)
    return figure.locals(turned, hips)


def waving(figure, seconds, length):
    up = smooth(seconds / 0.45) * smooth((length - seconds) / 0.45)
    side = np.sin(2 * np.pi * 2 * seconds) * up
    low, high = np.array([-0.2, -1, -0.03]), np.array([-0.85, -0.25, 0.25])
    upper = (1 - up) * low + up * high
    # Past the side, so that the forearm does not go through the body.
    fore = (1 - up) * np.array([-0.1, -1, 0.16]) + up * np.array([-0.25 - 0.35 * side, 1, 0.18])
    fore = fore + up * (1 - up) * 4 * np.array([-0.8, 0, 0.5])
    return standing(figure, seconds, length, (upper, fore))


def sitting(figure, seconds, length):
    """On a seat that is as high as the knees."""
    angle = 2 * np.pi * seconds / length
    breath = np.sin(2 * angle)
    knee = figure.bones['LeftLeg']['head'][1]
    rest = figure.bones['Hips']['head']
    thigh = np.linalg.norm(figure.way('LeftUpLeg'))
    drop = figure.bones['LeftUpLeg']['head'][1] - knee - 0.02
    hips = rest + [0, -drop, -0.9 * thigh]
    turned = {'Hips': about('x', -0.06)}
    for side in ('Left', 'Right'):
        figure.leg(turned, hips, side, figure.bones[side + 'Foot']['head'] * [1.15, 1, 1] + [0, 0, 0.06], 0.0)
    turned['Spine1'] = about('x', 0.008 * breath)
    turned['Spine2'] = about('x', 0.05 - 0.014 * breath)
    turned['Neck'] = about('x', 0.02)
    turned['Head'] = about('x', 0.008 * breath) @ about('y', 0.05 * np.sin(angle))
    for side, sign in (('Left', 1), ('Right', -1)):
        figure.arm(turned, side, [sign * 0.28, -1, 0.35], [-sign * 0.05, -0.42, 1])
    return figure.locals(turned, hips)


def clips(bones):
    """{clip: {times (K,), turns {bone: (K,3,3)}, places {bone: (K,3)}}}; all loop."""
    figure = Figure(bones)
    walk, run = 1.05, 0.7
    moments = {
        'idle': (4.0, lambda t: standing(figure, t, 4.0)),
        'walk': (walk, lambda t: gait(figure, t / walk % 1, 1.35, walk, 0.6, 0.07, 0.035, 0.42, 0.3, 0.03)),
        'run': (run, lambda t: gait(figure, t / run % 1, 3.0, run, 0.36, 0.24, 0.06, 0.75, 1.35, 0.16)),
        'wave': (3.0, lambda t: waving(figure, t, 3.0)),
        'sit': (4.0, lambda t: sitting(figure, t, 4.0)),
    }
    out = {}
    for name, (length, moment) in moments.items():
        rate = 6 if name in ('idle', 'sit') else RATE
        count = int(round(length * rate))
        times = np.arange(count + 1) * (length / count)
        frames = [moment(t) for t in times]
        out[name] = dict(
            times=times,
            turns={bone: np.array([frame[0][bone] for frame in frames]) for bone in frames[0][0]},
            places={PREFIX + 'Hips': np.array([frame[1] for frame in frames])})
    return out
