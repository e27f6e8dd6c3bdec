// Functions that lose all their digits near 0 when written plainly in float32. Twin: runtime/render/decoder.ts (softplus).

// log(1 + e) for e in 0..1: by its series where 1 + e would forget e.
fn log1p(e: f32) -> f32 {
  return select(log(1.0 + e), e * (1.0 - e * (0.5 - e * (0.33333334 - e * 0.25))), e < 0.02);
}

// 1 - e^-x for x >= 0.
fn oneMinusExp(x: f32) -> f32 {
  return select(1.0 - exp(-x), x * (1.0 - x * (0.5 - x * (0.16666667 - x * 0.041666667))), x < 0.03);
}

// log(1 + e^x) without overflow.
fn softplus(x: f32) -> f32 {
  return max(x, 0.0) + log1p(exp(-abs(x)));
}
