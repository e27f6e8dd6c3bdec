// CPU rasteriser of the portrait renderer. Twin in torch operators: raster_torch.py.
// visibility(): for many directions, an orthographic depth map of the occluders, looked up at points (soft shadows).
// render(): perspective z-buffer of opaque triangles, then sorted fragments of transparent ones over it.
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define MAX_FRAGMENTS 24
#define OPAQUE .93f // as good as opaque: what lies behind is not drawn
#define ATTRIBUTES 12 // position 3, normal 3, irradiance 3, uv 2, key light visibility 1
#define MATERIAL 12   // texture, transparent, specular, gloss, fresnel, tint 3, cull, bias, rim, cornea

typedef struct { float z, r, g, b, a; } Fragment;
typedef struct { int x0, x1, y0, y1; float area; } Bounds;

// Pixel centres inside the triangle's box; area is twice the signed area. 0 if nothing can be covered.
static int bounds(const float *a, const float *b, const float *c, int W, int H, Bounds *o) {
  o->area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
  if (fabsf(o->area) < 1e-9f) return 0;
  o->x0 = (int)ceilf(fminf(a[0], fminf(b[0], c[0])) - .5f);
  o->x1 = (int)floorf(fmaxf(a[0], fmaxf(b[0], c[0])) - .5f);
  o->y0 = (int)ceilf(fminf(a[1], fminf(b[1], c[1])) - .5f);
  o->y1 = (int)floorf(fmaxf(a[1], fmaxf(b[1], c[1])) - .5f);
  if (o->x0 < 0) o->x0 = 0;
  if (o->y0 < 0) o->y0 = 0;
  if (o->x1 >= W) o->x1 = W - 1;
  if (o->y1 >= H) o->y1 = H - 1;
  return o->x0 <= o->x1 && o->y0 <= o->y1;
}

static inline void barycentric(const float *a, const float *b, const float *c, float area, float x, float y, float *w) {
  w[1] = ((x - a[0]) * (c[1] - a[1]) - (y - a[1]) * (c[0] - a[0])) / area;
  w[2] = ((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])) / area;
  w[0] = 1 - w[1] - w[2];
}

static inline float dot(const float *a, const float *b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

// Share of each point (P) that sees direction d (D of them, unit, towards the light): visible [D, P], 0..1.
void visibility(const float *vertices, int nv, const int *triangles, int nt, const float *points, const float *normals,
                int np, const float *directions, int nd, int R, float bias, float *visible) {
  float low[3] = {1e9f, 1e9f, 1e9f}, high[3] = {-1e9f, -1e9f, -1e9f}, centre[3], radius = 0;
  for (int i = 0; i < nv; i++)
    for (int k = 0; k < 3; k++) {
      low[k] = fminf(low[k], vertices[3 * i + k]);
      high[k] = fmaxf(high[k], vertices[3 * i + k]);
    }
  for (int k = 0; k < 3; k++) {
    centre[k] = (low[k] + high[k]) / 2;
    radius += (high[k] - low[k]) * (high[k] - low[k]);
  }
  const float scale = (R - 2) / sqrtf(radius);
  float *depth = malloc(sizeof(float) * R * R), *screen = malloc(sizeof(float) * nv * 3);
  for (int d = 0; d < nd; d++) {
    const float *D = directions + 3 * d;
    float up[3] = {0, 1, 0}, X[3], Y[3];
    if (fabsf(D[1]) > .9f) up[0] = 1, up[1] = 0;
    X[0] = up[1] * D[2] - up[2] * D[1], X[1] = up[2] * D[0] - up[0] * D[2], X[2] = up[0] * D[1] - up[1] * D[0];
    const float length = sqrtf(dot(X, X));
    for (int k = 0; k < 3; k++) X[k] /= length;
    Y[0] = D[1] * X[2] - D[2] * X[1], Y[1] = D[2] * X[0] - D[0] * X[2], Y[2] = D[0] * X[1] - D[1] * X[0];
    for (int i = 0; i < R * R; i++) depth[i] = -1e9f;
    for (int i = 0; i < nv; i++) {
      const float p[3] = {vertices[3 * i] - centre[0], vertices[3 * i + 1] - centre[1], vertices[3 * i + 2] - centre[2]};
      screen[3 * i] = dot(p, X) * scale + R * .5f;
      screen[3 * i + 1] = dot(p, Y) * scale + R * .5f;
      screen[3 * i + 2] = dot(p, D);
    }
    for (int t = 0; t < nt; t++) {
      const float *a = screen + 3 * triangles[3 * t], *b = screen + 3 * triangles[3 * t + 1],
                  *c = screen + 3 * triangles[3 * t + 2];
      Bounds o;
      if (!bounds(a, b, c, R, R, &o)) continue;
      for (int y = o.y0; y <= o.y1; y++)
        for (int x = o.x0; x <= o.x1; x++) {
          float w[3];
          barycentric(a, b, c, o.area, x + .5f, y + .5f, w);
          if (w[0] < -1e-5f || w[1] < -1e-5f || w[2] < -1e-5f) continue;
          const float z = w[0] * a[2] + w[1] * b[2] + w[2] * c[2];
          if (z > depth[y * R + x]) depth[y * R + x] = z;
        }
    }
    for (int i = 0; i < np; i++) {
      float p[3];
      for (int k = 0; k < 3; k++) p[k] = points[3 * i + k] + normals[3 * i + k] * bias - centre[k];
      const float x = dot(p, X) * scale + R * .5f - .5f, y = dot(p, Y) * scale + R * .5f - .5f, z = dot(p, D) + bias;
      const int ix = (int)floorf(x), iy = (int)floorf(y);
      const float fx = x - ix, fy = y - iy;
      float sum = 0;
      for (int j = 0; j < 2; j++)
        for (int k = 0; k < 2; k++) {
          const int xx = ix + k, yy = iy + j, inside = xx >= 0 && yy >= 0 && xx < R && yy < R;
          sum += (k ? fx : 1 - fx) * (j ? fy : 1 - fy) * (!inside || depth[yy * R + xx] <= z);
        }
      visible[(size_t)d * np + i] = sum;
    }
  }
  free(depth);
  free(screen);
}

// Bilinear lookup of an RGBA texture, v upwards, clamped at the edge.
static inline void sample(const float *t, int W, int H, float u, float v, float *o) {
  u = u * W - .5f, v = (1 - v) * H - .5f;
  const int x = (int)floorf(u), y = (int)floorf(v);
  const float fx = u - x, fy = v - y;
  const int x0 = x < 0 ? 0 : x >= W ? W - 1 : x, x1 = x + 1 < 0 ? 0 : x + 1 >= W ? W - 1 : x + 1;
  const int y0 = y < 0 ? 0 : y >= H ? H - 1 : y, y1 = y + 1 < 0 ? 0 : y + 1 >= H ? H - 1 : y + 1;
  for (int k = 0; k < 4; k++) {
    const float a = t[(y0 * W + x0) * 4 + k] * (1 - fx) + t[(y0 * W + x1) * 4 + k] * fx;
    const float b = t[(y1 * W + x0) * 4 + k] * (1 - fx) + t[(y1 * W + x1) * 4 + k] * fx;
    o[k] = a * (1 - fy) + b * fy;
  }
}

// Colour (linear) and opacity of a surface point: diffuse from baked irradiance, one Blinn highlight, a rim.
static float shade(const float *A, const float *M, const float *texel, const float *eye, const float *key,
                   const float *keyColour, float *colour) {
  float N[3] = {A[3], A[4], A[5]}, V[3], H[3];
  const float nl_ = 1 / sqrtf(dot(N, N) + 1e-12f);
  for (int k = 0; k < 3; k++) N[k] *= nl_, V[k] = eye[k] - A[k];
  const float vl = 1 / sqrtf(dot(V, V));
  for (int k = 0; k < 3; k++) V[k] *= vl, H[k] = V[k] + key[k];
  float nv = dot(N, V);
  if (nv < 0) {
    if (M[8] <= 0)
      for (int k = 0; k < 3; k++) N[k] = -N[k];
    nv = -nv;
  }
  const float hl = 1 / sqrtf(dot(H, H));
  for (int k = 0; k < 3; k++) H[k] *= hl;
  const float nh = fmaxf(dot(N, H), 0), nl = fmaxf(dot(N, key), 0);
  const float fresnel = M[4] + (1 - M[4]) * powf(1 - dot(V, H), 5);
  const float specular = M[2] * powf(nh, M[3]) * (M[3] + 2) / 8 * fresnel * nl * A[11];
  const float rim = M[10] * powf(1 - nv, 4) * (A[6] + A[7] + A[8]) / 3;
  for (int k = 0; k < 3; k++) colour[k] = texel[k] * M[5 + k] * A[6 + k] + specular * keyColour[k] + rim;
  if (M[1] <= 0) return 1;
  // The clear cornea shows nothing but its highlight.
  return M[11] > 0 ? fmaxf(texel[3], fminf(1, specular * keyColour[1] * .6f)) : texel[3];
}

// screen [V,3] x, y, view depth; attributes [V,12]; material of each triangle -> premultiplied linear rgb [H,W,3],
// alpha [H,W], depth [H,W] (view depth where half the light is stopped; >= 1e8: nothing). Surface further than `cut`
// from the origin along any axis is not drawn.
void render(int W, int H, const float *screen, const float *attributes, const int *triangles, const int *materialOf,
            int nt, const float **textures, const int *tw, const int *th, const float *materials, const float *eye,
            const float *key, const float *keyColour, float cut, float *rgb, float *alpha, float *depth) {
  const size_t pixels = (size_t)W * H;
  float *zb = malloc(sizeof(float) * pixels), *solid = calloc(pixels * 3, sizeof(float));
  Fragment *fragments = malloc(sizeof(Fragment) * pixels * MAX_FRAGMENTS);
  uint8_t *count = calloc(pixels, 1);
  float *wall = malloc(sizeof(float) * pixels); // nearest transparent surface that lets nothing through
  for (size_t i = 0; i < pixels; i++) zb[i] = wall[i] = 1e9f;
  for (int pass = 0; pass < 2; pass++)
    for (int t = 0; t < nt; t++) {
      const float *M = materials + MATERIAL * materialOf[t];
      if ((M[1] > 0) != pass) continue;
      const int *I = triangles + 3 * t;
      const float *a = screen + 3 * I[0], *b = screen + 3 * I[1], *c = screen + 3 * I[2];
      if (a[2] < .1f || b[2] < .1f || c[2] < .1f) continue;
      Bounds o;
      if (!bounds(a, b, c, W, H, &o)) continue;
      if (M[8] > 0 && o.area > 0) continue; // back face: the screen's y points down
      for (int y = o.y0; y <= o.y1; y++)
        for (int x = o.x0; x <= o.x1; x++) {
          float w[3], A[ATTRIBUTES], texel[4] = {1, 1, 1, 1}, colour[3];
          barycentric(a, b, c, o.area, x + .5f, y + .5f, w);
          if (w[0] < 0 || w[1] < 0 || w[2] < 0) continue;
          const size_t p = (size_t)y * W + x;
          const float q0 = w[0] / a[2], q1 = w[1] / b[2], q2 = w[2] / c[2], z = 1 / (q0 + q1 + q2);
          if (z >= zb[p] + (pass ? M[9] : 0) || z > wall[p]) continue;
          for (int k = 0; k < ATTRIBUTES; k++)
            A[k] = z * (q0 * attributes[ATTRIBUTES * I[0] + k] + q1 * attributes[ATTRIBUTES * I[1] + k] +
                        q2 * attributes[ATTRIBUTES * I[2] + k]);
          const int texture = (int)M[0];
          if (texture == -2 && A[9] < 0) continue; // the shirt's neckline
          if (fmaxf(fabsf(A[0]), fmaxf(fabsf(A[1]), fabsf(A[2]))) > cut) continue;
          if (texture >= 0) sample(textures[texture], tw[texture], th[texture], A[9], A[10], texel);
          if (pass && M[11] <= 0 && texel[3] <= .02f) continue;
          float opacity = shade(A, M, texel, eye, key, keyColour, colour);
          if (opacity >= OPAQUE) opacity = 1;
          if (pass && opacity >= 1) wall[p] = z;
          if (!pass) {
            zb[p] = z;
            for (int k = 0; k < 3; k++) solid[3 * p + k] = colour[k];
          } else if (opacity > .02f) {
            const Fragment f = {z, colour[0], colour[1], colour[2], opacity};
            Fragment *list = fragments + p * MAX_FRAGMENTS;
            if (count[p] < MAX_FRAGMENTS) {
              list[count[p]++] = f;
            } else {
              int far = 0;
              for (int j = 1; j < MAX_FRAGMENTS; j++)
                if (list[j].z > list[far].z) far = j;
              if (list[far].z > z) list[far] = f;
            }
          }
        }
    }
  for (size_t p = 0; p < pixels; p++) {
    Fragment *f = fragments + p * MAX_FRAGMENTS;
    const int n = count[p];
    for (int i = 1; i < n; i++) {
      const Fragment k = f[i];
      int j = i - 1;
      while (j >= 0 && f[j].z > k.z) f[j + 1] = f[j], j--;
      f[j + 1] = k;
    }
    float T = 1, c[3] = {0, 0, 0}, dz = 1e9f;
    for (int i = 0; i < n; i++) {
      c[0] += T * f[i].a * f[i].r, c[1] += T * f[i].a * f[i].g, c[2] += T * f[i].a * f[i].b;
      T *= 1 - f[i].a;
      if (T < .5f && dz > 1e8f) dz = f[i].z;
    }
    const float hit = zb[p] < 1e8f;
    for (int k = 0; k < 3; k++) rgb[3 * p + k] = c[k] + T * hit * solid[3 * p + k];
    alpha[p] = 1 - T * (1 - hit);
    depth[p] = fminf(dz, zb[p]);
  }
  free(zb), free(solid), free(fragments), free(count), free(wall);
}
