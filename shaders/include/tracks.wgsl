// The backward pass' notes, f32, tileStride rays apart, for S = DEPTHS + FINE samples numbered coarse ones first:
//   TRACK_DOT    S: sum over colours of 2 dL/dfeature colour
//   TRACK_SIGMA  S: dL/ddensity before its activation
//   TRACK_SHARE  S: (w before + w behind) / 2, what the sample's colour counts for
//   TRACK_POINT 3 S: dL/dpoint
// Needs params; `samples` as in render/density. Layout twin: runtime/render/gpu/trainableRenderer.ts (trackCount).
const SAMPLES: u32 = DEPTHS + FINE;
const TRACK_DOT: u32 = 0u;
const TRACK_SIGMA: u32 = SAMPLES;
const TRACK_SHARE: u32 = 2u * SAMPLES;
const TRACK_POINT: u32 = 3u * SAMPLES;

fn trackAt(track: u32, sample: u32, ray: u32) -> u32 {
  return (track + sample) * params.tileStride + ray;
}

// Depth of a sample by its number.
fn depthOf(bounds: vec2f, ray: u32, sample: u32, column: u32) -> f32 {
  if (sample < DEPTHS) {
    return coarseDepth(bounds, ray, sample);
  }
  return samples[sample * params.tileStride + column];
}

// Density before its activation, by the sample's number.
fn sigmaOf(sample: u32, column: u32) -> f32 {
  let slot = select(sample + FINE, sample, sample < DEPTHS);
  return samples[slot * params.tileStride + column];
}
