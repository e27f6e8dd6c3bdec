// Mid-point compositing, one interval. Twin: runtime/render/marcher.ts. Needs softplus.

// alpha = 1 - exp(-softplus((sigma0 + sigma1) / 2 - 1) (t1 - t0))
fn intervalAlpha(depth0: f32, sigma0: f32, depth1: f32, sigma1: f32) -> f32 {
  let density = softplus((sigma0 + sigma1) * 0.5 - 1.0);
  return oneMinusExp(density * (depth1 - depth0));
}

// Transmittance behind the interval; the constant is the original's.
fn passInterval(transmittance: f32, alpha: f32) -> f32 {
  return transmittance * (1.0 - alpha + 1e-10);
}
