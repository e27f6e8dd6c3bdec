// What surrounds the convolutions of a synthesis network on the CPU, forward and backward, in one pass over memory each:
//   scale     y = x s                                     x, y [N,R,R,C] bfloat16, s [N,C]
//   activate  y = leaky(u d + m) sqrt 2, slope 0.2         u [N,H,W,P,P,O] bfloat16: P x P phases of every pixel, d [N,O],
//             m [R,R,T] float32, y [N,R,R,T], R = P H; channels from O on have no u: they are a map and nothing else
//   skip      y = up(x) + t                               x [N,H,W,C], t, y [N,2H,2W,C] float32, filter [1,3,3,1], zeros outside
// Channels last throughout. Twin: model.py (Conv, ToRgb, _upsample); fused.py calls these. Sums go in a fixed order for
// a number of threads, so that a run repeats bit for bit.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#else
static int omp_get_max_threads(void) { return 1; }
static int omp_get_thread_num(void) { return 0; }
#endif

typedef uint16_t bf16;
#define GAIN 1.41421356237309505f

static inline float wide(bf16 h) {
  union { uint32_t u; float f; } v = {(uint32_t)h << 16};
  return v.f;
}

static inline bf16 narrow(float f) { // to nearest even; no NaNs are expected
  union { float f; uint32_t u; } v = {f};
  return (bf16)((v.u + 0x7fff + ((v.u >> 16) & 1)) >> 16);
}

void scale_forward(const bf16 *x, const float *s, bf16 *y, long N, long pixels, long C) {
#pragma omp parallel for schedule(static)
  for (long row = 0; row < N * pixels; row++) {
    const bf16 *xr = x + row * C;
    const float *sr = s + row / pixels * C;
    bf16 *yr = y + row * C;
    for (long c = 0; c < C; c++) yr[c] = narrow(wide(xr[c]) * sr[c]);
  }
}

void scale_backward(const bf16 *x, const float *s, const bf16 *gy, bf16 *gx, float *gs, long N, long pixels, long C) {
#pragma omp parallel for schedule(static)
  for (long n = 0; n < N; n++) {
    const float *sn = s + n * C;
    float *sum = gs + n * C;
    memset(sum, 0, C * sizeof(float));
    for (long p = 0; p < pixels; p++) {
      const long at = (n * pixels + p) * C;
      for (long c = 0; c < C; c++) {
        const float g = wide(gy[at + c]);
        gx[at + c] = narrow(g * sn[c]);
        sum[c] += g * wide(x[at + c]);
      }
    }
  }
}

void activate_forward(const bf16 *u, const float *d, const float *m, bf16 *y, long N, long H, long W, long P, long O, long T) {
  const long RH = H * P, RW = W * P;
#pragma omp parallel for collapse(2) schedule(static)
  for (long n = 0; n < N; n++)
    for (long row = 0; row < RH; row++)
      for (long column = 0; column < RW; column++) {
        const bf16 *ur = u + ((((n * H + row / P) * W + column / P) * P + row % P) * P + column % P) * O;
        const float *mr = m + (row * RW + column) * T, *dn = d + n * O;
        bf16 *yr = y + ((n * RH + row) * RW + column) * T;
        for (long o = 0; o < O; o++) {
          const float v = wide(ur[o]) * dn[o] + mr[o];
          yr[o] = narrow(v * (v > 0 ? GAIN : 0.2f * GAIN));
        }
        for (long o = O; o < T; o++) yr[o] = narrow(mr[o] * (mr[o] > 0 ? GAIN : 0.2f * GAIN));
      }
}

void activate_backward(const bf16 *u, const float *d, const float *m, const bf16 *gy, bf16 *gu, float *gd, float *gm,
                       long N, long H, long W, long P, long O, long T) {
  const long RH = H * P, RW = W * P, threads = omp_get_max_threads();
  float *sums = calloc((size_t)threads * N * O, sizeof(float));
#pragma omp parallel
  {
    float *mine = sums + (size_t)omp_get_thread_num() * N * O;
#pragma omp for schedule(static)
    for (long row = 0; row < RH; row++)
      for (long column = 0; column < RW; column++) {
        const float *mr = m + (row * RW + column) * T;
        float *gmr = gm + (row * RW + column) * T;
        memset(gmr, 0, T * sizeof(float));
        for (long n = 0; n < N; n++) {
          const long from = ((((n * H + row / P) * W + column / P) * P + row % P) * P + column % P) * O;
          const bf16 *ur = u + from, *gr = gy + ((n * RH + row) * RW + column) * T;
          const float *dn = d + n * O;
          bf16 *gur = gu + from;
          float *sum = mine + n * O;
          for (long o = 0; o < O; o++) {
            const float w = wide(ur[o]), g = wide(gr[o]) * (w * dn[o] + mr[o] > 0 ? GAIN : 0.2f * GAIN);
            gur[o] = narrow(g * dn[o]);
            sum[o] += g * w;
            gmr[o] += g;
          }
          for (long o = O; o < T; o++) gmr[o] += wide(gr[o]) * (mr[o] > 0 ? GAIN : 0.2f * GAIN);
        }
      }
  }
  memset(gd, 0, N * O * sizeof(float));
  for (long t = 0; t < threads; t++)
    for (long i = 0; i < N * O; i++) gd[i] += sums[(size_t)t * N * O + i];
  free(sums);
}

// The two source places of an output place along one axis, weights 3/4 and 1/4; the far one may lie outside (-1, n).
static inline void sources(long at, long *near, long *far) {
  *near = at / 2;
  *far = at % 2 ? at / 2 + 1 : at / 2 - 1;
}

void skip_forward(const float *x, const float *t, float *y, long N, long H, long W, long C) {
#pragma omp parallel for collapse(2) schedule(static)
  for (long n = 0; n < N; n++)
    for (long row = 0; row < 2 * H; row++) {
      long r0, r1;
      sources(row, &r0, &r1);
      const float b1 = r1 < 0 || r1 >= H ? 0 : 0.25f;
      const float *low = x + (n * H + r0) * W * C, *other = b1 ? x + (n * H + r1) * W * C : low;
      for (long column = 0; column < 2 * W; column++) {
        long c0, c1;
        sources(column, &c0, &c1);
        const float a1 = c1 < 0 || c1 >= W ? 0 : 0.25f;
        const float *p00 = low + c0 * C, *p01 = a1 ? low + c1 * C : p00, *p10 = other + c0 * C, *p11 = a1 ? other + c1 * C : p10;
        const long at = ((n * 2 * H + row) * 2 * W + column) * C;
        for (long c = 0; c < C; c++)
          y[at + c] = t[at + c] + 0.75f * (0.75f * p00[c] + a1 * p01[c]) + b1 * (0.75f * p10[c] + a1 * p11[c]);
      }
    }
}

// gx[i] = 3/4 (g[2i] + g[2i+1]) + 1/4 (g[2i-1] + g[2i+2]) along each axis
void skip_backward(const float *gy, float *gx, long N, long H, long W, long C) {
  static const float weight[4] = {0.25f, 0.75f, 0.75f, 0.25f};
#pragma omp parallel for collapse(2) schedule(static)
  for (long n = 0; n < N; n++)
    for (long row = 0; row < H; row++)
      for (long column = 0; column < W; column++) {
        float *out = gx + ((n * H + row) * W + column) * C;
        memset(out, 0, C * sizeof(float));
        for (int a = 0; a < 4; a++)
          for (int b = 0; b < 4; b++) {
            const long r = 2 * row - 1 + a, k = 2 * column - 1 + b;
            if (r < 0 || r >= 2 * H || k < 0 || k >= 2 * W) continue;
            const float w = weight[a] * weight[b], *g = gy + ((n * 2 * H + r) * 2 * W + k) * C;
            for (long c = 0; c < C; c++) out[c] += w * g[c];
          }
      }
}
