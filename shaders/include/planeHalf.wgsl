// Four channels of a texel as the planes' buffer holds them: 16 bits each, computed with in 32. It needs no feature of a device.
// Takes the place of include/planeFloat. Twin: PlaneTexels in runtime/render/gpu/planeTexels.ts.
alias PlaneTexel = vec2u;

fn fromTexel(texel: PlaneTexel) -> vec4f {
  return vec4f(unpack2x16float(texel.x), unpack2x16float(texel.y));
}

fn toTexel(value: vec4f) -> PlaneTexel {
  return vec2u(pack2x16float(value.xy), pack2x16float(value.zw));
}
