// Counter-based 32-bit generator, uniform in (0, 1). Twin: runtime/core/hash.ts.
fn hashMix(v: u32) -> u32 {
  var x = v;
  x ^= x >> 16u;
  x *= 0x7feb352du;
  x ^= x >> 15u;
  x *= 0x846ca68bu;
  return x ^ (x >> 16u);
}

fn hashUniform(key: u32, index: u32) -> f32 {
  return (f32(hashMix(hashMix(index) + key)) + 0.5) * 2.3283064365386963e-10;
}
