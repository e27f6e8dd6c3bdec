/** Heads on the bodies of games. */
export { AttachHeadToAvatarAsync, type AvatarAttachment, type AvatarOptions } from './attachHeadToAvatar.js';
export type { Neckline } from './avatarHead.js';
export type { SkinChange, SkinTint } from './skinTint.js';
