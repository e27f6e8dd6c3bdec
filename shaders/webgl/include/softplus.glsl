// Functions that lose all their digits near 0 when written plainly in float32, as shaders/include/softplus.wgsl.
// Twin: softplus in runtime/render/decoder.ts.

// log(1 + e) for e in 0..1: by its series where 1 + e would forget e.
float log1p(float e) {
  return e < 0.02 ? e * (1.0 - e * (0.5 - e * (0.33333334 - e * 0.25))) : log(1.0 + e);
}

vec4 log1p4(vec4 e) {
  return mix(log(1.0 + e), e * (1.0 - e * (0.5 - e * (0.33333334 - e * 0.25))), lessThan(e, vec4(0.02)));
}

// 1 - e^-x for x >= 0.
float oneMinusExp(float x) {
  return x < 0.03 ? x * (1.0 - x * (0.5 - x * (0.16666667 - x * 0.041666667))) : 1.0 - exp(-x);
}

// log(1 + e^x) without overflow.
float softplus(float x) {
  return max(x, 0.0) + log1p(exp(-abs(x)));
}

vec4 softplus4(vec4 x) {
  return max(x, 0.0) + log1p4(exp(-abs(x)));
}

// Mid-point compositing, one interval: 1 - exp(-softplus((sigma0 + sigma1) / 2 - 1) length).
float intervalAlpha(float sigma0, float sigma1, float length) {
  return oneMinusExp(softplus((sigma0 + sigma1) * 0.5 - 1.0) * length);
}
