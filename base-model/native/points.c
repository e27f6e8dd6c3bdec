// Fused tri-plane lookup and decoder for the CPU, forward and backward; twin in torch operators: points.py.
// Lookup: mean of three bilinear samples (zeros outside, align_corners=false) of planes xy, xz, zy, channels last: [H,W,3,32].
// Decoder: 32 -> 64 softplus -> 4. Points are handled 16 at a time. Weight gradients are summed per head (batch entry)
// and then in order, so that a run repeats bit for bit with any number of threads.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define C 32
#define HIDDEN 64
#define BLOCK 16
#define WEIGHTS (C * HIDDEN + HIDDEN + 4 * HIDDEN + 16) // a multiple of 16 floats
// Aligned, so that vector loops split the same way in every run and round the same.
#define ALIGNED _Alignas(64)

typedef struct { long offset[4]; float weight[4]; } Tap;

static inline void plane_taps(float gx, float gy, int H, int W, Tap *t) {
  const float x = ((gx + 1) * W - 1) * .5f, y = ((gy + 1) * H - 1) * .5f, xf = floorf(x), yf = floorf(y);
  const int x0 = (int)xf, y0 = (int)yf;
  const float fx = x - xf, fy = y - yf;
  for (int j = 0; j < 2; j++)
    for (int i = 0; i < 2; i++) {
      const int xx = x0 + i, yy = y0 + j, inside = xx >= 0 && yy >= 0 && xx < W && yy < H;
      t->weight[2 * j + i] = inside ? (i ? fx : 1 - fx) * (j ? fy : 1 - fy) * (1.f / 3) : 0;
      t->offset[2 * j + i] = inside ? ((long)yy * W + xx) * 3 * C : 0;
    }
}

static inline void taps(const float *p, float scale, int H, int W, Tap *t) {
  float q[3];
  for (int k = 0; k < 3; k++) {
    q[k] = p[k] * scale;
    if (!(fabsf(q[k]) < 4)) q[k] = 4; // far outside, NaN as well
  }
  plane_taps(q[0], q[1], H, W, t);
  plane_taps(q[0], q[2], H, W, t + 1);
  plane_taps(q[2], q[1], H, W, t + 2);
}

static inline void gather(const float *planes, const Tap *t, float *f) {
  ALIGNED float sum[C];
  for (int c = 0; c < C; c++) sum[c] = 0;
  for (int q = 0; q < 3; q++)
    for (int k = 0; k < 4; k++) {
      const float *row = planes + q * C + t[q].offset[k], w = t[q].weight[k];
      for (int c = 0; c < C; c++) sum[c] += w * row[c];
    }
  memcpy(f, sum, sizeof(sum));
}

// pre[p][j] = b1[j] + sum over k of f[p][k] W1t[k][j]
static void hidden(const float (*f)[C], const float *W1t, const float *b1, float (*pre)[HIDDEN]) {
  for (int p = 0; p < BLOCK; p += 4) {
    ALIGNED float a0[HIDDEN], a1[HIDDEN], a2[HIDDEN], a3[HIDDEN];
    for (int j = 0; j < HIDDEN; j++) a0[j] = a1[j] = a2[j] = a3[j] = b1[j];
    for (int k = 0; k < C; k++) {
      const float *w = W1t + k * HIDDEN, f0 = f[p][k], f1 = f[p + 1][k], f2 = f[p + 2][k], f3 = f[p + 3][k];
      for (int j = 0; j < HIDDEN; j++) {
        a0[j] += f0 * w[j];
        a1[j] += f1 * w[j];
        a2[j] += f2 * w[j];
        a3[j] += f3 * w[j];
      }
    }
    memcpy(pre[p], a0, sizeof(a0));
    memcpy(pre[p + 1], a1, sizeof(a1));
    memcpy(pre[p + 2], a2, sizeof(a2));
    memcpy(pre[p + 3], a3, sizeof(a3));
  }
}

static inline void softplus(const float *x, float *value, float *slope, int n) {
  for (int i = 0; i < n; i++) {
    const float e = expf(-fabsf(x[i])), s = 1 / (1 + e);
    value[i] = (x[i] > 0 ? x[i] : 0) + logf(1 + e);
    slope[i] = x[i] > 0 ? s : 1 - s;
  }
}

// planes [B,H,W,3,32], points [B,N,3], W1t [32,64], W2 [4,64] -> out [B,N,4]
void points_forward(const float *planes, int B, int H, int W, const float *points, long N, float scale, const float *W1t,
                    const float *b1, const float *W2, const float *b2, float *out) {
  const long blocks = (N + BLOCK - 1) / BLOCK;
#pragma omp parallel for collapse(2) schedule(static)
  for (int b = 0; b < B; b++)
    for (long block = 0; block < blocks; block++) {
      const float *mine = planes + (long)b * 3 * H * W * C;
      const long first = block * BLOCK;
      const int n = N - first < BLOCK ? (int)(N - first) : BLOCK;
      ALIGNED float f[BLOCK][C], pre[BLOCK][HIDDEN], h[BLOCK][HIDDEN], slope[BLOCK][HIDDEN];
      Tap t[3];
      memset(f, 0, sizeof(f));
      for (int p = 0; p < n; p++) {
        taps(points + (b * N + first + p) * 3, scale, H, W, t);
        gather(mine, t, f[p]);
      }
      hidden(f, W1t, b1, pre);
      softplus(&pre[0][0], &h[0][0], &slope[0][0], BLOCK * HIDDEN);
      for (int p = 0; p < n; p++)
        for (int o = 0; o < 4; o++) {
          float sum = b2[o];
          for (int j = 0; j < HIDDEN; j++) sum += W2[o * HIDDEN + j] * h[p][j];
          out[(b * N + first + p) * 4 + o] = sum;
        }
    }
}

static void backward_block(const float *planes, float *gradient, int H, int W, const float *points, const float *gout,
                           int n, float scale, const float *W1t, const float *W1, const float *b1, const float *W2,
                           float *aW1, float *ab1, float *aW2, float *ab2) {
  ALIGNED float f[BLOCK][C], pre[BLOCK][HIDDEN], h[BLOCK][HIDDEN], slope[BLOCK][HIDDEN], gf[BLOCK][C], go[BLOCK][4];
  Tap t[BLOCK][3];
  memset(f, 0, sizeof(f));
  memset(go, 0, sizeof(go));
  for (int p = 0; p < n; p++) {
    taps(points + p * 3, scale, H, W, t[p]);
    gather(planes, t[p], f[p]);
    memcpy(go[p], gout + p * 4, sizeof(go[p]));
  }
  hidden(f, W1t, b1, pre);
  softplus(&pre[0][0], &h[0][0], &slope[0][0], BLOCK * HIDDEN);
  for (int o = 0; o < 4; o++)
    for (int p = 0; p < BLOCK; p++) {
      const float g = go[p][o];
      ab2[o] += g;
      for (int j = 0; j < HIDDEN; j++) aW2[o * HIDDEN + j] += g * h[p][j];
    }
  for (int p = 0; p < BLOCK; p++)
    for (int j = 0; j < HIDDEN; j++) {
      float g = 0;
      for (int o = 0; o < 4; o++) g += go[p][o] * W2[o * HIDDEN + j];
      pre[p][j] = g * slope[p][j];
      ab1[j] += pre[p][j];
    }
  for (int k = 0; k < C; k++) {
    ALIGNED float sum[HIDDEN];
    memcpy(sum, aW1 + k * HIDDEN, sizeof(sum));
    for (int p = 0; p < BLOCK; p++)
      for (int j = 0; j < HIDDEN; j++) sum[j] += f[p][k] * pre[p][j];
    memcpy(aW1 + k * HIDDEN, sum, sizeof(sum));
  }
  for (int p = 0; p < BLOCK; p += 4) {
    ALIGNED float a0[C] = {0}, a1[C] = {0}, a2[C] = {0}, a3[C] = {0};
    for (int j = 0; j < HIDDEN; j++) {
      const float *w = W1 + j * C, g0 = pre[p][j], g1 = pre[p + 1][j], g2 = pre[p + 2][j], g3 = pre[p + 3][j];
      for (int c = 0; c < C; c++) {
        a0[c] += g0 * w[c];
        a1[c] += g1 * w[c];
        a2[c] += g2 * w[c];
        a3[c] += g3 * w[c];
      }
    }
    memcpy(gf[p], a0, sizeof(a0));
    memcpy(gf[p + 1], a1, sizeof(a0));
    memcpy(gf[p + 2], a2, sizeof(a0));
    memcpy(gf[p + 3], a3, sizeof(a0));
  }
  for (int p = 0; p < n; p++)
    for (int q = 0; q < 3; q++)
      for (int k = 0; k < 4; k++) {
        const float w = t[p][q].weight[k];
        if (w == 0) continue;
        float *row = gradient + q * C + t[p][q].offset[k];
        for (int c = 0; c < C; c++) row[c] += w * gf[p][c];
      }
}

// gout [B,N,4] -> gplanes [B,H,W,3,32] and gW1t, gb1, gW2, gb2, all zero on entry.
void points_backward(const float *planes, int B, int H, int W, const float *points, long N, float scale,
                     const float *W1t, const float *W1, const float *b1, const float *W2, const float *gout,
                     float *gplanes, float *gW1t, float *gb1, float *gW2, float *gb2) {
  float *sums = aligned_alloc(64, (size_t)B * WEIGHTS * sizeof(float));
  memset(sums, 0, (size_t)B * WEIGHTS * sizeof(float));
#pragma omp parallel for schedule(dynamic, 1)
  for (int b = 0; b < B; b++) {
    float *aW1 = sums + (size_t)b * WEIGHTS, *ab1 = aW1 + C * HIDDEN, *aW2 = ab1 + HIDDEN, *ab2 = aW2 + 4 * HIDDEN;
    for (long first = 0; first < N; first += BLOCK)
      backward_block(planes + (long)b * 3 * H * W * C, gplanes + (long)b * 3 * H * W * C, H, W,
                     points + (b * N + first) * 3, gout + (b * N + first) * 4,
                     N - first < BLOCK ? (int)(N - first) : BLOCK, scale, W1t, W1, b1, W2, aW1, ab1, aW2, ab2);
  }
  for (int b = 0; b < B; b++) {
    const float *s = sums + (size_t)b * WEIGHTS;
    for (int i = 0; i < C * HIDDEN; i++) gW1t[i] += s[i];
    for (int i = 0; i < HIDDEN; i++) gb1[i] += s[C * HIDDEN + i];
    for (int i = 0; i < 4 * HIDDEN; i++) gW2[i] += s[C * HIDDEN + HIDDEN + i];
    for (int i = 0; i < 4; i++) gb2[i] += s[C * HIDDEN + 5 * HIDDEN + i];
  }
  free(sums);
}
