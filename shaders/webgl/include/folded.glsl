// Points of a grid decoded from folded planes (webgl/foldPlanes). Twin: FoldedField in runtime/render/fast/foldedPlanes.ts.
// Needs params, softplus, decoder, planePlace.
uniform sampler2DArray folded;

// Centre of a cell of a grid over the planes' cube, world units.
vec3 gridCentre(ivec3 cell, int count) {
  return ((2.0 * vec3(cell) + 1.0) / float(count) - 1.0) * params.halfBox;
}

// Hidden units 4 q .. 4 q + 3 of a point before their biases.
vec4 foldedUnits(int q, vec2 place[3], float fade[3]) {
  return fade[0] * textureLod(folded, vec3(place[0], float(q)), 0.0)
    + fade[1] * textureLod(folded, vec3(place[1], float(HIDDEN4 + q)), 0.0)
    + fade[2] * textureLod(folded, vec3(place[2], float(2 * HIDDEN4 + q)), 0.0);
}
