import { describe, expect, test } from '@jest/globals';
import { ARKIT_NAMES, type ArkitName } from '../../../plugin/arkitNames.js';
import {
  FacePacketPlayer,
  facePacketBytes,
  readFacePacket,
  writeFacePacket,
  type FaceState,
} from '../../../plugin/drive/index.js';

/** Numerical Recipes' generator: the same numbers on every machine. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

const face = (amount: (i: number) => number, yaw = 0, pitch = 0, roll = 0, gaze = { yaw: 0, pitch: 0 }): FaceState => ({
  expression: Object.fromEntries(ARKIT_NAMES.map((name, i) => [name, amount(i)])),
  pose: { yaw, pitch, roll },
  gaze,
});

describe('a packet', () => {
  test('has at most 64 bytes and comes back within 1/255', () => {
    const random = generator(5);
    for (let i = 0; i < 40; i++) {
      const [yaw, pitch, roll] = [0, 0, 0].map(() => (random() - 0.5) * 2 * Math.PI) as [number, number, number];
      const sent = face(() => random(), yaw, pitch, roll, { yaw: random() - 0.5, pitch: 0.7 * (random() - 0.5) });
      const bytes = writeFacePacket(sent, 1000 * random());
      expect(bytes.length).toBe(facePacketBytes);
      expect(bytes.length).toBeLessThanOrEqual(64);
      const got = readFacePacket(bytes)!.face;
      for (const name of ARKIT_NAMES) {
        expect(Math.abs((got.expression[name] ?? 0) - sent.expression[name]!)).toBeLessThanOrEqual(1 / 255);
      }
      for (const angle of ['yaw', 'pitch', 'roll'] as const) {
        expect(Math.abs(got.pose[angle] - sent.pose[angle])).toBeLessThanOrEqual(1 / 255);
      }
      expect(Math.abs(got.gaze.yaw - sent.gaze.yaw)).toBeLessThanOrEqual(1 / 255);
      expect(Math.abs(got.gaze.pitch - sent.gaze.pitch)).toBeLessThanOrEqual(1 / 255);
    }
  });

  test('lies as it is documented', () => {
    const bytes = writeFacePacket(
      { ...face((i) => (i === 17 ? 1 : 0)), gaze: { yaw: 0.75, pitch: -0.75 } },
      65536 + 258,
    );
    expect([bytes[2], bytes[3], bytes[4 + ARKIT_NAMES.indexOf('jawOpen')], bytes[62], bytes[63]]).toEqual([
      2, 1, 255, 127, 129,
    ]);
    expect(readFacePacket(bytes)!.milliseconds).toBe(258);
  });

  test('keeps out what is no number or beyond its range', () => {
    const bytes = writeFacePacket(
      face((i) => [NaN, Infinity, -3, 7][i % 4]!, NaN, 100, -100),
      NaN,
    );
    const { face: got } = readFacePacket(bytes)!;
    const values = ARKIT_NAMES.slice(0, 4).map((name) => got.expression[name] ?? 0);
    expect(values).toEqual([0, 0, 0, 1]);
    expect(got.pose.yaw).toBe(0);
    expect(got.pose.pitch).toBeCloseTo(Math.PI, 6);
  });

  test('that was damaged is none: lengths, single bits, bursts and noise', () => {
    const random = generator(11);
    const good = writeFacePacket(
      face(() => random()),
      1234,
    );
    const player = new FacePacketPlayer({ clock: () => 0 });
    const untouched = JSON.stringify(player.face());
    const refused = (bytes: Uint8Array): void => {
      expect(readFacePacket(bytes)).toBeNull();
      expect(player.receive(bytes)).toBe(false);
    };
    for (let length = 0; length < 80; length++) {
      if (length !== facePacketBytes) refused(Uint8Array.from({ length }, (_, i) => good[i % 64]!));
    }
    for (let bit = 0; bit < 8 * facePacketBytes; bit++)
      refused(good.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)));
    for (let i = 0; i < 1000; i++)
      refused(Uint8Array.from({ length: facePacketBytes }, () => Math.floor(256 * random())));
    refused(new Uint8Array(facePacketBytes));
    expect(JSON.stringify(player.face())).toBe(untouched);
  });
});

interface Arrival {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** A face that changes as fast as faces do, and smoothly. */
const moving = (milliseconds: number): FaceState =>
  face(
    (i) => 0.5 + 0.5 * Math.sin((2 * Math.PI * (0.2 + 0.008 * i) * milliseconds) / 1000 + i),
    0.5 * Math.sin(milliseconds / 700),
  );

const jumpOf = (a: FaceState, b: FaceState): number =>
  Math.max(
    ...ARKIT_NAMES.map((name: ArkitName) => Math.abs((a.expression[name] ?? 0) - (b.expression[name] ?? 0))),
    Math.abs(a.pose.yaw - b.pose.yaw),
  );

/** Sends thirty a second through a bad network, and shows sixty. */
function through(
  random: () => number,
  { loss = 0.2, jitter = 200, seconds = 30, from = 60_000, silence = [0, 0] as readonly [number, number] },
): { jumps: number[]; errors: number[]; player: FacePacketPlayer } {
  const arrivals: Arrival[] = [];
  for (let sent = 0; sent < 1000 * seconds; sent += 1000 / 30) {
    if (random() < loss || (sent >= silence[0] && sent < silence[1])) continue;
    const at = sent + 20 + jitter * random();
    arrivals.push({ at, bytes: writeFacePacket(moving(sent), from + sent) });
    if (random() < 0.05) arrivals.push({ at: at + 30, bytes: arrivals.at(-1)!.bytes });
  }
  arrivals.sort((a, b) => a.at - b.at);
  let now = 0;
  const player = new FacePacketPlayer({ clock: () => now });
  const [jumps, errors]: [number[], number[]] = [[], []];
  let before = player.face();
  for (; now < 1000 * seconds; now += 1000 / 60) {
    while (arrivals[0] && arrivals[0].at <= now) player.receive(arrivals.shift()!.bytes);
    const shown = player.face();
    jumps.push(jumpOf(before, shown));
    before = shown;
    // 20 ms on the fastest way, and the delay.
    if (now > 8000) errors.push(jumpOf(shown, moving(now - 270)));
  }
  return { jumps, errors, player };
}

describe('through a network', () => {
  test.each([1, 2, 3])('that loses a fifth and delays by up to 200 ms there is no jump over 0.1 (%i)', (seed) => {
    const { jumps, errors } = through(generator(seed), {});
    expect(Math.max(...jumps)).toBeLessThan(0.1);
    // The sender's clock passes 65536 after five seconds.
    errors.sort((a, b) => a - b);
    expect(errors[Math.floor(0.95 * errors.length)]).toBeLessThan(0.1);
  });

  test('that is good the face is the one of 250 ms before', () => {
    const { errors } = through(generator(4), { loss: 0, jitter: 0 });
    // A frame's rest between arrival and showing, at the fastest amount's speed.
    expect(Math.max(...errors)).toBeLessThan(0.04);
  });

  test('that falls silent the face holds, goes back to neutral, and comes again without a jump', () => {
    const { jumps } = through(generator(6), { seconds: 14, silence: [4000, 8000] });
    expect(Math.max(...jumps)).toBeLessThan(0.1);
    const { player } = through(generator(6), { seconds: 14, silence: [4000, 1e9] });
    expect(Math.max(0, ...Object.values(player.face().expression))).toBeLessThan(0.01);
  });

  test('one stray packet is dropped, a sender that begins anew is followed', () => {
    let now = 0;
    const player = new FacePacketPlayer({ clock: () => now });
    const run = (seconds: number, from: number, amount: number): void => {
      for (const end = now + 1000 * seconds; now < end; now += 20) {
        player.receive(
          writeFacePacket(
            face(() => amount),
            now + from,
          ),
        );
        player.face();
      }
    };
    run(2, 0, 0.25);
    expect(
      player.receive(
        writeFacePacket(
          face(() => 1),
          now + 20_000,
        ),
      ),
    ).toBe(false);
    run(0.5, 0, 0.25);
    expect(player.face().expression.jawOpen).toBeCloseTo(0.25, 2);
    run(3, 30_000, 0.75);
    expect(player.face().expression.jawOpen).toBeCloseTo(0.75, 2);
  });
});
