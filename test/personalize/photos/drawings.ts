import { encode as encodePng } from 'fast-png';
import { mulberry } from './raw/random.js';

type Color = readonly [number, number, number];

/** A sheet to draw on, as a child or an office would. */
class Sheet {
  private readonly _data: Uint8Array;

  constructor(
    readonly width: number,
    readonly height: number,
    paper: Color,
  ) {
    this._data = Uint8Array.from({ length: 3 * width * height }, (_, i) => paper[i % 3]!);
  }

  get png(): Uint8Array {
    const { width, height, _data: data } = this;
    return encodePng({ width, height, channels: 3, data });
  }

  fill(inside: (x: number, y: number) => boolean, color: Color): this {
    for (let i = 0; i < this.width * this.height; i++) {
      if (inside(i % this.width, Math.floor(i / this.width))) this._data.set(color, 3 * i);
    }
    return this;
  }

  box(left: number, top: number, width: number, height: number, color: Color): this {
    return this.fill((x, y) => x >= left && y >= top && x < left + width && y < top + height, color);
  }

  disc(cx: number, cy: number, radius: number, color: Color): this {
    return this.fill((x, y) => Math.hypot(x - cx, y - cy) < radius, color);
  }

  line(ax: number, ay: number, bx: number, by: number, width: number, color: Color): this {
    const [dx, dy] = [bx - ax, by - ay];
    return this.fill((x, y) => {
      const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
      return Math.hypot(x - ax - along * dx, y - ay - along * dy) < width / 2;
    }, color);
  }
}

const ink: Color = [30, 30, 40];

/** Panes of even colours with lines as of text. */
export function screenshot(): Uint8Array {
  const sheet = new Sheet(480, 320, [245, 245, 245]).box(0, 0, 90, 320, [200, 200, 200]);
  return sheet.fill((x, y) => y % 12 < 3 && x % 80 < 64 && x > 100, [40, 40, 40]).box(0, 0, 480, 24, [60, 60, 60]).png;
}

/** A chart with axes, columns and a legend. */
function chart(random: () => number): Uint8Array {
  const sheet = new Sheet(420, 300, [255, 255, 255]).line(40, 20, 40, 260, 3, ink).line(40, 260, 400, 260, 3, ink);
  for (let i = 0; i < 7; i++) {
    const height = 30 + 180 * random();
    sheet.box(60 + 48 * i, 260 - height, 30, height, [60 + 190 * random(), 120, 200]);
  }
  return sheet.png;
}

/** A house under the sun. */
function house(random: () => number): Uint8Array {
  const sheet = new Sheet(400, 320, [170, 215, 250]).box(0, 240, 400, 80, [90, 170, 70]);
  const left = 90 + 60 * random();
  sheet.box(left, 140, 160, 130, [220, 180, 140]).fill(
    (x, y) => {
      const across = Math.abs(x - left - 80);
      return y < 140 && y > 60 && across < 1.3 * (y - 60);
    },
    [170, 60, 50],
  );
  return sheet.box(left + 60, 200, 40, 70, [110, 70, 40]).disc(350, 50, 30, [250, 220, 60]).png;
}

/** A figure of strokes. */
function strokes(random: () => number): Uint8Array {
  const [x, y] = [180 + 40 * random(), 80];
  const sheet = new Sheet(400, 400, [255, 255, 255]).disc(x, y, 40, ink).disc(x, y, 36, [255, 255, 255]);
  sheet
    .disc(x - 13, y - 8, 4, ink)
    .disc(x + 13, y - 8, 4, ink)
    .line(x - 14, y + 16, x + 14, y + 16, 3, ink);
  for (const [ax, ay, bx, by] of [
    [0, 40, 0, 190],
    [0, 80, -70, 130],
    [0, 80, 70, 130],
    [0, 190, -50, 300],
    [0, 190, 50, 300],
  ] as const) {
    sheet.line(x + ax, y + ay, x + bx, y + by, 4, ink);
  }
  return sheet.png;
}

/** A yellow face, as phones have it. */
function smiley(random: () => number): Uint8Array {
  const [x, y] = [200 + 10 * random(), 200];
  const sheet = new Sheet(400, 400, [255, 255, 255]).disc(x, y, 150, [250, 215, 70]);
  sheet.disc(x - 55, y - 45, 20, ink).disc(x + 55, y - 45, 20, ink);
  return sheet.fill((u, v) => {
    const far = Math.hypot(u - x, v - y);
    return v > y + 25 && far > 85 && far < 100;
  }, ink).png;
}

/** Pictures that show nobody, by name: what lies between photos on a phone. The same for the same seed. */
export function drawings(seed = 1): ReadonlyMap<string, Uint8Array> {
  const random = mulberry(seed);
  return new Map([
    ['chart.png', chart(random)],
    ['house.png', house(random)],
    ['screen.png', screenshot()],
    ['smiley.png', smiley(random)],
    ['strokes.png', strokes(random)],
  ]);
}
