// Lookups in planes by the device's own filter. Twin: runtime/render/triplane.ts. Needs params.

// Where a point lies on a plane, 0..1 from its first texel's edge to its last one's.
vec2 planePlace(int plane, vec3 point) {
  return vec2(dot(params.planeRows[2 * plane].xyz, point), dot(params.planeRows[2 * plane + 1].xyz, point)) * 0.5 + 0.5;
}

// The filter repeats the outermost texels; beyond their centres a lookup fades to 0 within a texel.
float planeFade(vec2 place) {
  vec2 size = vec2(float(params.planeWidth), float(params.planeHeight));
  vec2 grid = place * size - 0.5;
  vec2 fade = clamp(1.0 + grid, 0.0, 1.0) * clamp(size - grid, 0.0, 1.0);
  return fade.x * fade.y;
}
