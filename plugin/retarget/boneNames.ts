/** What a joint of a clip or of an avatar is to a head. */
export type HeadBone = 'head' | 'neck';
/** The person's own. */
export type Side = 'left' | 'right';

/** Words that say nothing of which joint it is. */
const fillers = new Set(['x', 'm', 'c', 'mid', 'jnt', 'joint', 'bone', 'twist']);
/** Daz has a lower neck and an upper one. */
const parts = new Set(['lower', 'upper']);
const sides: Readonly<Record<string, Side>> = { left: 'left', l: 'left', right: 'right', r: 'right' };
/** Blender's Rigify numbers its spine: its last three bones are two necks and the head. */
const rigify: Readonly<Record<string, HeadBone>> = { '004': 'neck', '005': 'neck', '006': 'head' };

/** `mixamorig:Neck1` → mixamorig, neck, 1; `J_Bip_C_Head` → j, bip, c, head. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Za-z])(\d)/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);

/**
 * Tells heads and necks by their names as Mixamo, VRM, Ready Player Me, Character Creator, Biped, Rigify, Daz, CMU's clips, Unreal
 * and MakeHuman give them. Ends of bones (`HeadTop_End`) and what hangs on a head (`head_hair`) are none.
 */
export function headBoneOf(name: string): HeadBone | undefined {
  const words = wordsOf(name);
  if (words.at(-2) === 'spine' && Object.hasOwn(rigify, words.at(-1)!)) return rigify[words.at(-1)!];
  while (words.length > 1 && (fillers.has(words.at(-1)!) || parts.has(words.at(-1)!) || /^\d+$/.test(words.at(-1)!)))
    words.pop();
  const last = words.at(-1);
  return last === 'head' || last === 'neck' ? last : undefined;
}

/** Whose side a joint is on, and what it is called without that: `LeftArm` → left, `arm`; `upperarm_r` → right, `upperarm`. */
export function sideOf(name: string): { readonly side: Side; readonly rest: string } | undefined {
  const words = wordsOf(name);
  const at = words.findIndex((word) => Object.hasOwn(sides, word));
  if (at < 0) return undefined;
  return { side: sides[words[at]!]!, rest: words.filter((_, i) => i !== at).join(' ') };
}

/** Which eye a joint turns: `LeftEye`, `eye.L`, `J_Adj_R_FaceEye`, `CC_Base_L_Eye`; lids, brows and targets are none. */
export function eyeOf(name: string): Side | undefined {
  const found = sideOf(name);
  if (!found) return undefined;
  const words = found.rest.split(' ').filter((word) => !fillers.has(word) && !/^\d+$/.test(word));
  return words.at(-1) === 'eye' ? found.side : undefined;
}

/** A copy of a joint that only helps to set a figure's pose (Rigify's ORG-, MCH- and controls), not what its skin hangs on. */
export const isHelperBone = (name: string): boolean => /^(org|mch|ctrl|ik|vis)[-_]/i.test(name);
