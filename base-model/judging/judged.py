"""Pictures of held-out heads for judges outside Python: truth and model, neutral and with expressions, as PNG over grey.

`pictures.json`: size, cameras {view: 25 numbers}, pictures [{file, head, source: truth | model, view, expression, amount}].
`personalized-head evaluate-base FOLDER` reads them.
"""
import json
import os

from PIL import Image

from drawing import camera
from heads import expressions as ex
from judging.heldout import picture

VIEWS = {'front': (0.0, 0.05), 'side': (0.35, 0.05)}
# What the model shows from the front; the truth shows the full ones too.
SHOWN = (('smile', 0.5), ('smile', 1.0), ('blink', 1.0), ('jawOpen', 1.0))


def _parts(expression, amount):
    return {name: weight * amount for name, weight in ex.GROUPS.get(expression, {expression: 1}).items()}


class PictureFolder:
    def __init__(self, folder, proof):
        self.folder, self.proof = folder, proof
        os.makedirs(folder, exist_ok=True)

    def neutral(self, seed):
        """Truth and model from the front and from the side. -> entries of pictures.json"""
        return self._pair(seed, 'neutral', 0, VIEWS, True)

    def expression(self, seed, expression, amount):
        """One expression from the front; half ones without the truth."""
        return self._pair(seed, expression, amount, {'front': VIEWS['front']}, amount == 1)

    def _pair(self, seed, expression, amount, views, truth):
        proof, entries = self.proof, []
        x, rest = proof.neutral(seed)
        named = rest if expression == 'neutral' else proof.with_expression(rest, _parts(expression, amount))
        scene, planes = proof.scene(x, named) if truth else None, proof.planes(x, proof.lengthened(named))
        for view, angles in views.items():
            made = [('model', proof.model(planes, angles)[0])] + ([('truth', proof.truth(scene, angles)[0])] if truth else [])
            for source, image in made:
                file = f'{seed:03d}-{source}-{view}-{expression}{round(100 * amount) if amount else ""}.png'
                Image.fromarray(picture(image)).save(os.path.join(self.folder, file))
                entries.append({'file': file, 'head': seed, 'source': source, 'view': view, 'expression': expression,
                                'amount': amount})
        return entries

    def write(self, entries, about):
        cameras = {view: [round(float(v), 7) for v in camera.label(camera.View(*angles))] for view, angles in VIEWS.items()}
        path = os.path.join(self.folder, 'pictures.json')
        with open(path + '.part', 'w') as file:
            json.dump({'format': 'personalized-head/base-pictures', 'version': 1, 'about': about, 'size': self.proof.size,
                       'cameras': cameras, 'pictures': entries}, file, separators=(",", ":"))
        os.replace(path + '.part', path)
