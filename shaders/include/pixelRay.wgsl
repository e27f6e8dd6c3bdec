// The ray through a pixel's centre. Twin: runtime/render/rays.ts. Needs params.

// Entry into and exit from the box of these half sides; the entry is not before the exit where the ray misses.
fn crossBox(origin: vec3f, direction: vec3f, half: vec3f) -> vec2f {
  let a = (-half - origin) / direction;
  let b = (half - origin) / direction;
  let near = min(a, b);
  let far = max(a, b);
  return vec2f(max(near.x, max(near.y, near.z)), min(far.x, min(far.y, far.z)));
}

fn eyePoint() -> vec3f {
  return vec3f(params.cameraRow0.w, params.cameraRow1.w, params.cameraRow2.w);
}

// Unit length. index = row * resolution + column, rows from the top.
fn pixelDirection(index: u32) -> vec3f {
  let pixel = vec2f(f32(index % params.resolution), f32(index / params.resolution));
  let uv = (pixel + 0.5) / f32(params.resolution);
  let f = params.focalCenter.xy;
  let center = params.focalCenter.zw;
  let x = (uv.x - center.x + center.y * params.skew / f.y - params.skew * uv.y / f.y) / f.x;
  let y = (uv.y - center.y) / f.y;
  return normalize(vec3f(
    dot(params.cameraRow0.xyz, vec3f(x, y, 1.0)),
    dot(params.cameraRow1.xyz, vec3f(x, y, 1.0)),
    dot(params.cameraRow2.xyz, vec3f(x, y, 1.0)),
  ));
}
