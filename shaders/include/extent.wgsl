// Numbers gathered over all rays by atomics, on keys that order like the floats they stand for.
//   nearest, farthest: of all sample depths (the depth of an empty ray is the farthest);
//   boxFirst, boxLast: first and last entry into the box, for rays that miss it; notFinite: rays that came out NaN or inf.
// Twin: the bounds of all rays in runtime/render/rays.ts.
struct Extent {
  nearest: atomic<u32>,
  farthest: atomic<u32>,
  boxFirst: atomic<u32>,
  boxLast: atomic<u32>,
  notFinite: atomic<u32>,
}

fn orderedKey(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}

fn orderedValue(key: u32) -> f32 {
  return bitcast<f32>(select(~key, key & 0x7fffffffu, (key & 0x80000000u) != 0u));
}

fn isFinite(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u;
}
