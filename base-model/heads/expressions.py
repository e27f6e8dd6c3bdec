"""The 52 ARKit expressions, each a mixture of displacement sources.

A source is (name, weight, side): an expression unit (three ethnic variants, mixed by the head's ancestry), a detail
target `group/name`, or a field of `fields.py` (`field:...`). side 'L' / 'R' keeps one half with a smooth mask; the
person's left is +x. Eye turns are angles, the tongue moves along its own axis: see EYE_TURN and shape.py.

Most are shapes of scanned people (`ict/...`, scans.py). The jaw and the tongue are CC0 units, whose helpers move the teeth.
"""

SIDES = ('Left', 'Right')
MISSING = {}

# ARKit name without side -> sources where they are not the scanned shape of that name; {h} is L or R.
_SIDED = {
    'cheekSquint': [('ict/cheekSquint_{h}', 0.7, None), ('ict/cheekRaiser_{h}', 0.5, None)],
    'eyeLookIn': [],
    'eyeLookOut': [],
}
_WHOLE = {
    'jawForward': [('field:jawForward', 1.0, None)],
    'jawLeft': [('field:jawLeft', 1.0, None)],
    'jawRight': [('field:jawLeft', -1.0, None)],
    'jawOpen': [('mouth-open', 0.75, None)],
    'mouthClose': [('ict/mouthClose', 0.6, None)],  # our jaw opens less far than the scans'
    'browInnerUp': [('ict/browInnerUp_L', 1.0, None), ('ict/browInnerUp_R', 1.0, None)],
    'cheekPuff': [('ict/cheekPuff_L', 1.0, None), ('ict/cheekPuff_R', 1.0, None)],
    'tongueOut': [('mouth-open', 0.3, None)],
}
_UNSIDED = ('mouthFunnel mouthPucker mouthLeft mouthRight mouthRollLower mouthRollUpper mouthShrugLower '
            'mouthShrugUpper').split()
_ORDER = ('eyeBlink eyeLookDown eyeLookIn eyeLookOut eyeLookUp eyeSquint eyeWide jawForward jawLeft jawRight jawOpen mouthClose '
          'mouthFunnel mouthPucker mouthLeft mouthRight mouthSmile mouthFrown mouthDimple mouthStretch mouthRollLower '
          'mouthRollUpper mouthShrugLower mouthShrugUpper mouthPress mouthLowerDown mouthUpperUp browDown browInnerUp '
          'browOuterUp cheekPuff cheekSquint noseSneer tongueOut').split()

# Turn of one eye at weight 1, radians: yaw towards the person's left, pitch downwards.
EYE_TURN = {'eyeLookOutLeft': (0.5, 0), 'eyeLookInLeft': (-0.5, 0), 'eyeLookUpLeft': (0, -0.38),
            'eyeLookDownLeft': (0, 0.38), 'eyeLookOutRight': (-0.5, 0), 'eyeLookInRight': (0.5, 0),
            'eyeLookUpRight': (0, -0.38), 'eyeLookDownRight': (0, 0.38)}


def _expand():
    table = {}
    for name in _ORDER:
        if name in _WHOLE or name in _UNSIDED:
            table[name] = _WHOLE.get(name, [('ict/' + name, 1.0, None)])
            continue
        for side in SIDES:
            sources = _SIDED.get(name, [('ict/' + name + '_{h}', 1.0, None)])
            table[name + side] = [(source.format(h=side[0]), weight, half) for source, weight, half in sources]
    return table


EXPRESSIONS = _expand()  # ARKit name -> sources, in ARKit's order
NAMES = list(EXPRESSIONS)
INDEX = {name: i for i, name in enumerate(NAMES)}
GAZE = [name for name in NAMES if name.startswith('eyeLook')]


def mirrored(name):
    """The expression's name in a mirror."""
    if name.endswith('Left'):
        return name[:-4] + 'Right'
    return name[:-5] + 'Left' if name.endswith('Right') else name


MIRROR = [INDEX[mirrored(name)] for name in NAMES]
OPPOSITES = [{'jawLeft', 'jawRight'}, {'mouthLeft', 'mouthRight'}, {'mouthPucker', 'mouthFunnel'}] + [
    {a + side, b + side} for side in SIDES
    for a, b in (('eyeBlink', 'eyeWide'), ('mouthSmile', 'mouthFrown'), ('browDown', 'browOuterUp'),
                 ('mouthStretch', 'mouthDimple'))]
# Groups a slider or a test drives together.
GROUPS = {'smile': {'mouthSmileLeft': 1, 'mouthSmileRight': 1}, 'blink': {'eyeBlinkLeft': 1, 'eyeBlinkRight': 1}}
for _label, _stem in (('frown', 'mouthFrown'), ('browDown', 'browDown'), ('eyeWide', 'eyeWide'),
                      ('eyeSquint', 'eyeSquint'), ('sneer', 'noseSneer'), ('dimple', 'mouthDimple'),
                      ('stretch', 'mouthStretch'), ('press', 'mouthPress'), ('lowerDown', 'mouthLowerDown'),
                      ('upperUp', 'mouthUpperUp'), ('cheekSquint', 'cheekSquint')):
    GROUPS[_label] = {_stem + 'Left': 1, _stem + 'Right': 1}
GROUPS['browUp'] = {'browInnerUp': 1, 'browOuterUpLeft': 1, 'browOuterUpRight': 1}
GROUPS['lookLeft'] = {'eyeLookOutLeft': 1, 'eyeLookInRight': 1}
GROUPS['lookRight'] = {'eyeLookInLeft': 1, 'eyeLookOutRight': 1}
GROUPS['lookUp'] = {'eyeLookUpLeft': 1, 'eyeLookUpRight': 1}
GROUPS['lookDown'] = {'eyeLookDownLeft': 1, 'eyeLookDownRight': 1}
