/** An angle of a recorded face: the head's pose, or one eye's turn. */
export interface PoseColumn {
  readonly part: 'head' | 'left' | 'right';
  readonly angle: 'yaw' | 'pitch' | 'roll';
}

/** `HeadYaw`, `head_pitch`, `LeftEyeYaw`, `eyeLeftPitch`: columns of Live Link Face and of Azure; else undefined. */
export function poseColumnOf(name: string): PoseColumn | undefined {
  const plain = name.toLowerCase().replace(/[^a-z]/g, '');
  const found = /^(head|(left|right)eye|eye(left|right))(yaw|pitch|roll)$/.exec(plain);
  if (!found) return undefined;
  const side = found[2] ?? found[3];
  return { part: side === 'left' || side === 'right' ? side : 'head', angle: found[4] as PoseColumn['angle'] };
}
