"""The 51 ARKit expressions the CC0 data can make (of 52), each a mixture of displacement sources.

A source is (name, weight, side): an expression unit (three ethnic variants, mixed by the head's ancestry), a detail
target `group/name`, or a field of `fields.py` (`field:...`). side 'L' / 'R' keeps one half with a smooth mask; the
person's left is +x. Eye turns are angles, the tongue moves along its own axis: see EYE_TURN and shape.py.

Missing: mouthClose. It is a corrective that only means something together with jawOpen (lips shut over an open jaw);
no unit of the data does it and a masked field tears the inner lips.
"""

SIDES = {'Left': ('L', 'l', 'left'), 'Right': ('R', 'r', 'right')}
MISSING = {'mouthClose': 'a corrective of jawOpen; no CC0 unit, and a masked field tears the inner lips'}

# ARKit name without side -> sources; {s} is left/right, {l} is l/r, side mask '*' is the side itself.
_SIDED = {
    'eyeBlink': [('eye-{s}-closure', 1.0, None)],
    'eyeLookDown': [('eye-{s}-closure', 0.35, None)],
    'eyeLookIn': [],
    'eyeLookOut': [],
    'eyeLookUp': [('eye-{s}-opened-up', 0.45, None)],
    'eyeSquint': [('eye-{s}-slit', 0.9, None)],
    'eyeWide': [('eye-{s}-opened-up', 1.5, None)],
    'mouthSmile': [('mouth-corner-puller', 0.9, '*'), ('mouth-upward-retraction', 0.45, '*')],
    'mouthFrown': [('mouth-depression', 1.0, '*')],
    'mouthDimple': [('mouth/mouth-dimples-in', 0.9, '*'), ('mouth-retraction', 0.35, '*'),
                    ('field:cornerIn{s}', 1.0, None)],
    'mouthStretch': [('mouth-retraction', 1.0, '*'), ('neck-platysma', 0.5, '*')],
    'mouthPress': [('mouth-compression', 1.0, '*')],
    'mouthLowerDown': [('mouth-depression-retraction', 1.0, '*')],
    'mouthUpperUp': [('mouth-elevation', 1.0, '*')],
    'browDown': [('eyebrows-{s}-down', 1.0, None)],
    'browOuterUp': [('eyebrows-{s}-extern-up', 1.0, None), ('eyebrows-{s}-up', 0.5, None)],
    'cheekSquint': [('field:cheekUp{s}', 1.0, None), ('eye-{s}-slit', 0.35, None)],
    'noseSneer': [('nose-{s}-elevation', 1.5, None), ('nose-{s}-dilatation', 0.5, None)],
}
_WHOLE = {
    'jawForward': [('field:jawForward', 1.0, None)],
    'jawLeft': [('field:jawLeft', 1.0, None)],
    'jawRight': [('field:jawLeft', -1.0, None)],
    'jawOpen': [('mouth-open', 0.75, None)],
    'mouthFunnel': [('mouth-protusion', 1.0, None), ('mouth-open', 0.12, None)],
    'mouthPucker': [('mouth-pursing', 1.0, None)],
    'mouthLeft': [('field:mouthLeft', 1.0, None)],
    'mouthRight': [('field:mouthLeft', -1.0, None)],
    'mouthRollLower': [('field:rollLower', 1.0, None)],
    'mouthRollUpper': [('field:rollUpper', 1.0, None)],
    'mouthShrugLower': [('field:shrugLower', 1.0, None)],
    'mouthShrugUpper': [('field:shrugUpper', 1.0, None)],
    'browInnerUp': [('eyebrows-left-inner-up', 1.0, None), ('eyebrows-right-inner-up', 1.0, None)],
    'cheekPuff': [('field:cheekPuff', 1.0, None)],
    'tongueOut': [('mouth-open', 0.3, None)],
}
_ORDER = ('eyeBlink eyeLookDown eyeLookIn eyeLookOut eyeLookUp eyeSquint eyeWide jawForward jawLeft jawRight jawOpen '
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
        if name in _WHOLE:
            table[name] = _WHOLE[name]
            continue
        for side, (mask, letter, word) in SIDES.items():
            table[name + side] = [(source.format(s=word, l=letter), weight, mask if half == '*' else half)
                                  for source, weight, half in _SIDED[name]]
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
