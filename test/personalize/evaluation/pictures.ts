import type { Tensor } from '../../../runtime/core/tensor.js';

/** A smooth coloured pattern with edges, [3, height, width] in -1..1, moved to the right by `shift` pixels. */
export function pattern(height: number, width: number, shift = 0): Tensor {
  const data = new Float32Array(3 * height * width);
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const u = x - shift;
        const edge = (Math.floor(u / 9) + Math.floor(y / 7)) % 2 === 0 ? 0.3 : -0.3;
        data[(c * height + y) * width + x] = 0.5 * Math.sin(u / 6 + c) * Math.cos(y / 8) + edge;
      }
    }
  }
  return { dims: [3, height, width], data };
}

/** Adds what a small linear congruential generator says, evenly in -amplitude..amplitude. */
export function noisy({ dims, data }: Tensor, amplitude: number): Tensor {
  let state = 1;
  const next = (): number => (state = (state * 16807) % 2147483647) / 1073741823.5 - 1;
  return { dims, data: data.map((value) => value + amplitude * next()) };
}

/** Means over (2 radius + 1)² pixels, fewer at the border. */
export function blurred({ dims, data }: Tensor, radius: number): Tensor {
  const [channels, height, width] = dims as [number, number, number];
  const out = new Float32Array(data.length);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let [sum, count] = [0, 0];
        for (let j = Math.max(0, y - radius); j <= Math.min(height - 1, y + radius); j++) {
          for (let i = Math.max(0, x - radius); i <= Math.min(width - 1, x + radius); i++) {
            sum += data[(c * height + j) * width + i]!;
            count++;
          }
        }
        out[(c * height + y) * width + x] = sum / count;
      }
    }
  }
  return { dims, data: out };
}
