import type { Camera } from '../../runtime/camera/camera.js';
import { checkNumber, fieldError, JsonFields } from '../../runtime/checkpoint/config/jsonFields.js';
import { AssetError } from '../../runtime/core/errors.js';
import { parseDatasetJson } from './datasetJson.js';
import type { PhotoFiles } from './photoFiles.js';

/** What is known about how a photo was taken; used to judge, never to learn. */
export interface PhotoInfo {
  /** Folder of the set, e.g. `test`. */
  readonly split: string | null;
  /** Strength 0..1 by the expression's name; empty: neutral, which is also what nothing said means. */
  readonly expression: Readonly<Record<string, number>>;
  /** Degrees, positive with the camera at the person's left. `cameraYaw` tells it from the camera. */
  readonly yawDegrees: number | null;
  /** Name of the photo that differs from this one by its expression alone. */
  readonly twinOf: string | null;
  /** Which of the set's lights. */
  readonly light: number | null;
  /** Whether it belongs to the regular grid of views. */
  readonly grid: boolean;
}

/** Radians about the origin: 0 in front, positive where the camera stands at the head's own left (its +x). */
export function cameraYaw({ cam2world }: Camera): number {
  return Math.atan2(cam2world[3]!, cam2world[11]!);
}

/** `cameraYaw` in degrees. */
export const yawDegrees = (camera: Camera): number => (cameraYaw(camera) * 180) / Math.PI;

/** Radians about the origin: 0 at the head's height, positive where the camera stands above. */
export function cameraPitch({ cam2world }: Camera): number {
  return Math.atan2(cam2world[7]!, Math.hypot(cam2world[3]!, cam2world[11]!));
}

const infoFile = 'info.json';

/**
 * Reads the optional info.json: `{ "images": [{ "name": ..., "split", "expression", "yaw_deg", "twin_of", "light",
 * "grid" }, ...] }`. Everything but the name is optional, other fields are not looked at.
 * @returns by the photo's name; empty where there is no info.json
 * @throws AssetError naming the field that is wrong
 */
export async function readPhotoInfo(files: PhotoFiles): Promise<ReadonlyMap<string, PhotoInfo>> {
  if (!(await files.list()).includes(infoFile)) return new Map();
  return parsePhotoInfo(new TextDecoder().decode(await files.read(infoFile)), infoFile);
}

/** As `readPhotoInfo`, from the file's text. */
export function parsePhotoInfo(text: string, where = infoFile): ReadonlyMap<string, PhotoInfo> {
  const file = new JsonFields(parseDatasetJson(text, where), where);
  const infos = new Map<string, PhotoInfo>();
  const images = file.get('images') ?? [];
  if (!Array.isArray(images)) throw fieldError(`${where}: images`, 'a list', images);
  images.forEach((value: unknown, i) => {
    const fields = new JsonFields(value, `${where}: images[${i}]`);
    const name = fields.string('name');
    if (infos.has(name)) {
      throw new AssetError('photos/info', `${fields.at('name')}: ${name} stands there twice. Keep one.`);
    }
    infos.set(name, infoOf(fields));
  });
  return infos;
}

function infoOf(fields: JsonFields): PhotoInfo {
  const has = (key: string): boolean => (fields.get(key) ?? null) !== null;
  return {
    split: has('split') ? fields.string('split') : null,
    expression: has('expression') ? expressionOf(fields.child('expression'), fields.get('expression')) : {},
    yawDegrees: has('yaw_deg') ? fields.number('yaw_deg') : null,
    twinOf: has('twin_of') ? fields.string('twin_of') : null,
    light: has('light') ? fields.number('light') : null,
    grid: has('grid') ? fields.boolean('grid') : false,
  };
}

/** @param fields checks that it is an object, @param value the object itself */
function expressionOf(fields: JsonFields, value: unknown): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(value as object).map(([name, strength]) => [name, checkNumber(strength, fields.at(name))]),
  );
}
