import { memberRow, type HeadRow, type HeadSection } from './row.js';

const angle = (limit: number, description: string) =>
  ({ min: -limit, max: limit, step: 0.01, open: true, description: `Radians. ${description}` }) as const;

const rows: readonly HeadRow[] = [
  memberRow('pose.yaw', angle(1.57, 'Positive: to the own left.'), 'yaw'),
  memberRow('pose.pitch', angle(0.8, 'Positive: up.'), 'pitch'),
  memberRow('pose.roll', angle(0.8, 'Positive: the crown to the own left shoulder.'), 'roll'),
  {
    kind: 'button',
    label: 'Reset pose',
    press: (head) => void Object.assign(head.pose, { yaw: 0, pitch: 0, roll: 0 }),
  },
];

/** How the head is turned about its neck. */
export const poseSection: HeadSection = { name: 'Pose', rows: () => rows };
