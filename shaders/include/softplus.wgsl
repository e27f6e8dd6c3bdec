// log(1 + e^x) without overflow. Twin: softplus in runtime/render/decoder.ts.
fn softplus(x: f32) -> f32 {
  return max(x, 0.0) + log(1.0 + exp(-abs(x)));
}
