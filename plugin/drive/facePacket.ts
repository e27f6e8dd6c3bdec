import { within } from '../behaviors/easing.js';
import { ARKIT_NAMES } from '../arkitNames.js';
import { faceNumbers, faceOf, numbersOf } from './faceNumbers.js';
import type { FaceState } from './faceState.js';
import { expectGiven } from '../../runtime/core/given.js';

/** Bytes of a packet. */
export const facePacketBytes = 64;

/** Sent milliseconds begin again after so many. */
export const packetClock = 0x10000;

/** Angles at the ends of their ranges. */
const fullPose = Math.PI;
const fullGaze = 0.75;
/** What is written for half a turn; three quarters of the numbers are no angle, and noise with a right checksum is found by that. */
const poseUnits = 8192;

const [checkAt, timeAt, amountsAt] = [0, 2, 4];
const poseAt = amountsAt + ARKIT_NAMES.length;
const gazeAt = poseAt + 6;
/** Where the checksum begins: another version of this layout begins elsewhere. */
const version = 1;

/** CRC-16/CCITT: finds every error of up to three bits, and every burst of up to 16. */
function checksum(bytes: Uint8Array): number {
  let sum = 0xffff ^ version;
  for (const byte of bytes) {
    sum ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) sum = sum & 0x8000 ? ((sum << 1) ^ 0x1021) & 0xffff : sum << 1;
  }
  return sum;
}

/** A face as it came with a packet. */
export interface FacePacket {
  readonly face: FaceState;
  /** The sender's clock when it was sent, 0..65535, begins again. */
  readonly milliseconds: number;
}

/**
 * A face in 64 bytes, for networks, channels and files:
 *
 *     0   u16  CRC-16/CCITT of the rest
 *     2   u16  sender's milliseconds, modulo 65536
 *     4   u8   52 amounts in ARKit's order, 255: 1
 *     56  i16  yaw, pitch, roll; 8192: π, and none is beyond
 *     62  i8   the eyes' yaw and pitch; 127: 0.75
 *
 * Little-endian. Amounts beyond 0..1 are cut off, what is no number is 0.
 * @param milliseconds of any clock that runs evenly, such as `performance.now()`
 */
export function writeFacePacket(face: FaceState, milliseconds: number): Uint8Array<ArrayBuffer> {
  expectGiven('writeFacePacket', 'face', face);
  const bytes = new Uint8Array(facePacketBytes);
  const view = new DataView(bytes.buffer);
  const numbers = numbersOf(face);
  const time = Number.isFinite(milliseconds) ? Math.round(milliseconds) % packetClock : 0;
  view.setUint16(timeAt, (time + packetClock) % packetClock, true);
  ARKIT_NAMES.forEach((_, i) => {
    bytes[amountsAt + i] = Math.round(255 * Math.min(1, Math.max(0, numbers[i]!)));
  });
  const angles = numbers.subarray(ARKIT_NAMES.length);
  for (let i = 0; i < 3; i++) {
    view.setInt16(poseAt + 2 * i, Math.round((poseUnits * within(angles[i]!, fullPose)) / fullPose), true);
  }
  for (let i = 0; i < 2; i++) {
    view.setInt8(gazeAt + i, Math.round((127 * within(angles[3 + i]!, fullGaze)) / fullGaze));
  }
  view.setUint16(checkAt, checksum(bytes.subarray(timeAt)), true);
  return bytes;
}

/** Reads what `writeFacePacket` wrote; null for anything else, however it came to be. */
export function readFacePacket(data: ArrayBuffer | ArrayBufferView): FacePacket | null {
  if (!ArrayBuffer.isView(data) && Object.prototype.toString.call(data) !== '[object ArrayBuffer]') return null;
  const bytes = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  if (bytes.length !== facePacketBytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint16(checkAt, true) !== checksum(bytes.subarray(timeAt))) return null;
  const numbers = new Float64Array(faceNumbers);
  ARKIT_NAMES.forEach((_, i) => (numbers[i] = bytes[amountsAt + i]! / 255));
  for (let i = 0; i < 3; i++) {
    const units = view.getInt16(poseAt + 2 * i, true);
    if (Math.abs(units) > poseUnits) return null;
    numbers[ARKIT_NAMES.length + i] = (units / poseUnits) * fullPose;
  }
  for (let i = 0; i < 2; i++) {
    numbers[ARKIT_NAMES.length + 3 + i] = within((view.getInt8(gazeAt + i) / 127) * fullGaze, fullGaze);
  }
  return { face: faceOf(numbers), milliseconds: view.getUint16(timeAt, true) };
}
