"""The portrait renderer: head parameters -> scene -> RGBA and ray distance from an EG3D camera."""
import numpy as np
from PIL import Image, ImageDraw

from drawing import camera
from drawing import lighting
from drawing import raster
from drawing.colour import to_srgb
from heads import assets as assets_module
from heads import shape
from heads.head import describe
from heads.latent import LatentMap
from looks import beard
from looks import complexion
from looks import glasses
from looks import strands

#             texture, transparent, specular, gloss, fresnel, tint 3, cull, depth bias, rim, cornea (raster.c)
MATERIALS = {'face': [0, 0, .3, 22, .035, 1, 1, 1, 1, 0, .03, 0],
             'skin': [0, 0, .3, 22, .035, 1, 1, 1, 1, 0, .03, 0],
             'shirt': [-2, 0, .05, 8, .03, 1, 1, 1, 1, 0, .02, 0],
             'eyes': [0, 1, 2.2, 420, .05, 1.05, 1.05, 1.05, 1, 0, 0, 1],
             'teeth': [0, 0, .6, 60, .05, 1.5, 1.45, 1.35, 0, 0, 0, 0],
             'tongue': [-1, 0, .4, 30, .05, .42, .12, .11, 0, 0, 0, 0],
             'brow': [0, 1, 0, 8, .04, 1, 1, 1, 0, .008, 0, 0],
             'lash': [0, 1, 0, 8, .04, .3, .3, .3, 0, .003, 0, 0],
             'shade': [0, 1, 0, 8, .04, 1, 1, 1, 1, .004, 0, 0],
             'beard': [0, 1, .1, 26, .045, 1, 1, 1, 0, .002, 0, 0],
             'frame': [-1, 0, .9, 60, .06, 1, 1, 1, 0, 0, .02, 0],
             'lens': [0, 1, 2.5, 300, .05, 1, 1, 1, 0, 0, 0, 1],
             'cap': [0, 1, 0, 8, .04, 1, 1, 1, 1, .004, 0, 0],
             'hair': [0, 1, .18, 26, .045, 1, 1, 1, 0, 0, 0, 0]}
LENS = np.full((2, 2, 4), 0.05, np.float32)  # nearly clear


def _tinted(grain, colour):
    light, alpha = grain
    return np.ascontiguousarray(np.concatenate([light[..., None] * np.asarray(colour, np.float32), alpha[..., None]], -1))


def _skin_texture(assets, head):
    age = head['age']
    ages = max(0, 1 - 2 * age), 1 - abs(2 * age - 1), max(0, 2 * age - 1)
    genders = ('male', head['male']), ('female', 1 - head['male'])
    parts = [(wg * wr * wa, assets.skins[gender, race][k]) for gender, wg in genders
             for race, wr in enumerate(head['race']) for k, wa in enumerate(ages)]
    parts = [part for part in parts if part[0] >= 0.03]
    total = sum(weight for weight, _ in parts)
    out = np.ones(parts[0][1].shape[:2] + (4,), np.float32)
    out[..., :3] = sum(np.float32(weight / total) * texture for weight, texture in parts)
    out[..., :3] *= head['skin'].astype(np.float32)
    return out


def _resized(image, size):
    return np.stack([np.asarray(Image.fromarray(np.ascontiguousarray(image[..., c])).resize(size, Image.BILINEAR))
                     for c in range(image.shape[2])], -1)


def _photographic(assets, head, body):
    """Face texture (h,w,4) of the head's tone and details, and `body` (H,W,4) tinted to it, blended where they meet."""
    s = assets.photographic
    male = head['male']
    like = np.tensordot(head['race'], s.fit[:, 0] * (1 - male) + s.fit[:, 1] * male, 1)
    tone = np.exp(s.mean + np.tensordot((like + s.spread * head['tone']).astype(np.float32), s.modes, 1))
    logits = 2 * head['texture'] - 3 * np.abs(male - s.labels[:, 3]) + 1.5 * s.labels[:, :3] @ head['race']
    share = np.exp(logits - logits.max())
    share[share < 0.07 * share.sum()] = 0
    detail = sum(np.float32(w / share.sum()) * s.details[i] for i, w in enumerate(share) if w)
    h, w, _ = detail.shape
    face = _resized(tone.astype(np.float32), (w, h)) * detail * head['skin'].astype(np.float32)
    H, W, _ = body.shape
    (u0, v0), (u1, v1) = s.rect[:2] * [W, H], s.rect[2:] * [W, H]
    box = int(u0), int(H - v1), int(np.ceil(u1)), int(np.ceil(H - v0))
    under = _resized(body[box[1]:box[3], box[0]:box[2], :3], (w, h))
    cheeks = s.trust[..., 0] > 0.97
    ratio = face[cheeks].mean(0) / np.maximum(under[cheeks].mean(0), 1e-3)
    colour = face[cheeks].mean(0)
    body[..., :3] *= ratio
    grey = body[..., :3].mean(-1, keepdims=True) * (colour / colour.mean())  # painted scalps are redder than the faces
    body[..., :3] = body[..., :3] ** 0.4 * grey ** 0.6
    under = _resized(body[box[1]:box[3], box[0]:box[2], :3], (w, h))
    wrinkles = under.mean(-1, keepdims=True)  # of the painted skins, which know age
    wrinkles = np.clip(wrinkles / np.maximum(_resized(_resized(wrinkles, (w // 14, h // 14)), (w, h)), 1e-3), 0.5, 1.5)
    face = face * wrinkles ** np.float32(0.9 * head['age'])
    out = np.ones((h, w, 4), np.float32)
    out[..., :3] = under * (1 - s.trust) + face * s.trust
    return out, body


class Portraits:
    """Renders heads of one pack. Textures of the last identity are kept: its expressions share them."""

    def __init__(self, pack=None, latent=None):
        self.assets = assets_module.load(pack)
        self.latent = latent or LatentMap(assets_module.contents(pack))  # a run's own map, or the one of this program
        self.grain, self.ramp = strands.grain(), strands.ramp()
        self._textures = None, None

    def textures(self, head, identity=None):
        """Material name -> texture; `identity` (hashable) names the head for reuse, None: not kept."""
        if identity is not None and self._textures[0] == identity:
            return self._textures[1]
        a = self.assets
        iris = {k: w for k, w in head['iris'].items() if k in a.eyes}
        out = {'skin': _skin_texture(a, head), 'teeth': a.teeth, 'lash': a.lash,
               'eyes': np.ascontiguousarray(sum(np.float32(w / sum(iris.values())) * a.eyes[k] for k, w in iris.items())),
               'brow': _tinted(a.brows.get(head['brow'], next(iter(a.brows.values()))), head['browColour'])}
        out['hair'], out['cap'] = _tinted(self.grain, head['hairColour']), _tinted(self.ramp, head['hairColour'] * 0.38)
        out['beard'], out['shade'] = _tinted(self.grain, head['beardColour']), _tinted(self.ramp, head['beardColour'] * 0.5)
        out['lens'] = LENS
        if a.photographic:
            out['face'], out['skin'] = _photographic(a, head, out['skin'])
            out['brow'][..., 3] *= 0.6  # they have brows of their own, weaker ones where details are mixed
            out['face'] = complexion.applied(out['face'], complexion.still(a.marks, head['complexion']))
        self._textures = identity, out
        return out

    def _with_wrinkles(self, textures, head):
        lines = complexion.wrinkled(self.assets.marks, head['age'], head['expression']) if self.assets.marks else None
        return textures if lines is None else {**textures, 'face': complexion.applied(textures['face'], -lines)}

    def scene(self, x, named=None, identity=None):
        """The head x (D,) with named coordinates (latent.named) as one lit mesh, in scene units."""
        head, a = describe(self.latent, x, named), self.assets
        V, neutral = shape.morph(a, head)
        centre, scale = shape.alignment(neutral, a)
        V = shape.turn_shoulders(V, *head['shoulders'])
        light = lighting.describe(*a.light, head['light'])
        meshes = []

        def add(points, tri, vertex, uv, material, flipped=False, normals=None):
            points = ((points - centre) * scale).astype(np.float32)
            tri = tri[:, ::-1] if flipped else tri
            normals = shape.normals(points, vertex[tri]) if normals is None else normals
            meshes.append({'P': points[vertex], 'N': normals[vertex], 'tri': tri, 'uv': uv, 'material': material})

        whole = shape.normals(V, a.skin_whole[1][a.skin_whole[0]])
        add(V, *a.skin, 'skin', normals=whole)
        if a.face:
            add(V, *a.face, 'face', normals=whole)
        tri, vertex, rest = a.shirt
        neckline = 5.86 - (rest[:, 1] + 0.55 * (rest[:, 2] - 0.3) - 0.10 * np.minimum(np.abs(rest[:, 0]), 0.8))
        add(V, tri[(neckline[tri] > 0).any(1)], vertex, np.stack([neckline, neckline], 1), 'shirt')
        p = a.proxies
        for name, points in (('eyes', shape.fit_eyes(p['eyes'], V, a, head['turn'])), ('teeth', shape.fit(p['teeth'], V)),
                             ('tongue', shape.fit_tongue(p['tongue'], V, head['expression'].get('tongueOut', 0))),
                             ('lash', shape.fit(p['lash'], V))):
            add(points, p[name].tri, p[name].vertex, p[name].uv, name)
        brow = p.get('brow' + head['brow']) or next(v for k, v in p.items() if k.startswith('brow'))
        add(shape.fit(brow, V), brow.tri, brow.vertex, brow.uv, 'brow')
        made = {} if not a.grooms else self._hair(head['strands'], shape.turn_shoulders(neutral, *head['shoulders']))
        made.update(beard.build(a.beard, head['beard'], V, whole, a.skin_whole[1][a.skin_whole[0]]))
        if head['glasses']:
            made.update(self._glasses(head, V))
        for material, (P, N, tri, uv, gain) in made.items():
            meshes.append({'P': ((P - centre) * scale).astype(np.float32), 'N': N, 'tri': tri, 'uv': uv, 'material': material,
                           'gain': gain})
        lighting.bake(meshes, light)
        textures = self._with_wrinkles(self.textures(head, identity), head)
        return {**self._assemble(meshes, head, textures), 'light': light, 'camera': head['camera']}

    def _hair(self, style, V):
        """Cards and the shade of their roots; `V` (V,3): the head at rest, decimetres."""
        a = self.assets
        whole = a.skin_whole[1][a.skin_whole[0]]
        normals = shape.normals(V, whole)
        out = {'cap': strands.cap(a.grooms, style, V, normals, whole)}
        if style['style'] in a.grooms.grooms:
            out['hair'] = strands.cards(*strands.strands(a.grooms, style, V, normals))
        return out

    def _glasses(self, head, V):
        a = self.assets
        left, right = V[a.eye_left], V[a.eye_right]
        radius = np.linalg.norm(left - left.mean(0), axis=1).mean()
        parts = glasses.build(head['glasses'], left.mean(0), right.mean(0), radius, V[a.bridge], V[list(a.ears)])
        return {name: (P, N, tri, np.full((len(P), 2), 0.5, np.float32), np.ones(len(P), np.float32))
                for name, (P, N, tri) in parts.items()}

    def _assemble(self, meshes, head, textures):
        used, materials, tri, material_of, attributes, first = [], [], [], [], [], 0
        for i, mesh in enumerate(meshes):
            row = list(MATERIALS[mesh['material']])
            if mesh['material'] == 'shirt':
                row[5:8] = head['shirt']
            if mesh['material'] == 'frame':
                row[5:8] = head['glasses']['colour']
            if row[0] == 0:
                row[0] = len(used)
                used.append(textures[mesh['material']])
            materials.append(row)
            tri.append(mesh['tri'] + first)
            material_of.append(np.full(len(mesh['tri']), i))
            irradiance = mesh['irradiance'] * mesh['gain'][:, None] if 'gain' in mesh else mesh['irradiance']
            attributes.append(np.concatenate([mesh['P'], mesh['N'], irradiance, mesh['uv'], mesh['key'][:, None]], 1))
            first += len(mesh['P'])
        return {'attributes': np.concatenate(attributes).astype(np.float32), 'tri': np.concatenate(tri).astype(np.int32),
                'materialOf': np.concatenate(material_of).astype(np.int32), 'materials': np.array(materials, np.float32),
                'textures': used}

    def render(self, scene, seen_from, size=128, supersample=3):
        """-> RGBA uint8 (S,S,4), straight sRGB colour; distance along the ray float32 (S,S), 0 where empty."""
        matrix, side = camera.cam2world(seen_from), size * supersample
        view = (scene['attributes'][:, :3] - matrix[:3, 3]) @ matrix[:3, :3]
        depth = view[:, 2]
        screen = np.stack([view[:, 0] / depth * seen_from.focal * side + side / 2,
                           view[:, 1] / depth * seen_from.focal * side + side / 2, depth], 1)
        light = scene['light']
        order = np.argsort(depth[scene['tri'][:, 0]])  # from front to back: what is hidden is not even shaded
        rgb, alpha, z = raster.render(side, screen, scene['attributes'], scene['tri'][order], scene['materialOf'][order],
                                      scene['textures'], scene['materials'], matrix[:3, 3], light['key'], light['keyColour'],
                                      camera.CUT)
        pool = lambda a: a.reshape(size, supersample, size, supersample, -1).mean((1, 3))
        rgb, alpha, hit = pool(rgb), pool(alpha)[..., 0], (z < 1e8).astype(np.float32)
        distance = pool(np.where(hit > 0, z, 0))[..., 0] / np.maximum(pool(hit)[..., 0], 1e-6)
        p = ((np.arange(size) + 0.5) / size - 0.5) / seen_from.focal
        distance = distance * np.sqrt(1 + p[None] ** 2 + p[:, None] ** 2)
        colour = rgb / np.maximum(alpha, 1e-3)[..., None] * scene['camera']
        colour = to_srgb(colour / (1 + 0.18 * colour)) * (alpha > 0.004)[..., None]  # a soft shoulder for highlights
        out = np.clip(np.concatenate([colour, alpha[..., None]], -1), 0, 1)
        return (out * 255 + 0.5).astype(np.uint8), distance.astype(np.float32)


def over(rgba, background=0.5):
    """RGBA uint8 over a grey -> RGB uint8."""
    alpha = rgba[..., 3:].astype(np.float32) / 255
    return (rgba[..., :3] * alpha + background * 255 * (1 - alpha) + 0.5).astype(np.uint8)


def grid(pictures, columns, labels=None):
    """Pictures of one size, row by row, as one image; labels are written into the corners."""
    out = []
    for i, picture in enumerate(pictures):
        image = Image.fromarray(picture)
        if labels:
            ImageDraw.Draw(image).text((2, 1), labels[i], fill=(255, 255, 0))
        out.append(np.asarray(image))
    out += [np.zeros_like(out[0])] * (-len(out) % columns)
    rows = [np.concatenate(out[i:i + columns], 1) for i in range(0, len(out), columns)]
    return Image.fromarray(np.concatenate(rows, 0))
