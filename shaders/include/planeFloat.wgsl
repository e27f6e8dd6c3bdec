// Four channels of a texel as the planes' buffer holds them: 32 bits each. Where HALF_PLANES is 1, include/planeHalf stands in its
// place. Twin: PlaneTexels in runtime/render/gpu/planeTexels.ts.
alias PlaneTexel = vec4f;

fn fromTexel(texel: PlaneTexel) -> vec4f {
  return texel;
}

fn toTexel(value: vec4f) -> PlaneTexel {
  return value;
}
