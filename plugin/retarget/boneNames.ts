/** What a joint of a clip is to a head. */
export type HeadBone = 'head' | 'neck';

/** Words that say nothing of which joint it is. */
const fillers = new Set(['x', 'm', 'c', 'mid', 'jnt', 'joint', 'bone', 'twist']);

/** `mixamorig:Neck1` → mixamorig, neck, 1; `J_Bip_C_Head` → j, bip, c, head. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Za-z])(\d)/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);

/**
 * Tells heads and necks by their names as Mixamo, VRM, Ready Player Me, Character Creator, Biped, Rigify, Unreal and MakeHuman
 * give them. Ends of bones (`HeadTop_End`) and what hangs on a head (`head_hair`) are none.
 */
export function headBoneOf(name: string): HeadBone | undefined {
  const words = wordsOf(name);
  while (words.length > 1 && (fillers.has(words.at(-1)!) || /^\d+$/.test(words.at(-1)!))) words.pop();
  const last = words.at(-1);
  return last === 'head' || last === 'neck' ? last : undefined;
}
