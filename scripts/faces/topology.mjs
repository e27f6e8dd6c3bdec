// MediaPipe's canonical face out of its geometry_pipeline_metadata (protobuf): vertices, triangles, and the landmark at the
// mirrored place of each.
import protobuf from 'protobufjs/minimal.js';

/** Fields of a message: [number, value] pairs, bytes not taken apart. */
function fieldsOf(bytes) {
  const reader = protobuf.Reader.create(bytes);
  const fields = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const wire = tag & 7;
    if (wire !== 0 && wire !== 2 && wire !== 5) throw new Error(`topology: wire type ${wire} is not known here.`);
    fields.push([tag >>> 3, wire === 0 ? reader.uint32() : wire === 2 ? reader.bytes() : reader.float()]);
  }
  return fields;
}

const mesh3d = { message: 1, vertices: 3, triangles: 4 };
/** x, y, z and two texture coordinates. */
const vertexSize = 5;

/** The landmark next to the mirrored place of each. */
function mirrorTable(vertices) {
  const count = vertices.length / 3;
  const table = Int32Array.from({ length: count }, (_, i) => {
    const distance = (j) =>
      (vertices[3 * i] + vertices[3 * j]) ** 2 +
      (vertices[3 * i + 1] - vertices[3 * j + 1]) ** 2 +
      (vertices[3 * i + 2] - vertices[3 * j + 2]) ** 2;
    let best = 0;
    for (let j = 1; j < count; j++) if (distance(j) < distance(best)) best = j;
    return best;
  });
  if (table.some((j, i) => table[j] !== i)) throw new Error('topology: the mirror table is not its own inverse.');
  return table;
}

export function topologyOf(bytes) {
  const mesh = fieldsOf(fieldsOf(bytes).find(([number]) => number === mesh3d.message)[1]);
  const numbers = (field) => mesh.filter(([number]) => number === field).map(([, value]) => value);
  const rows = numbers(mesh3d.vertices);
  const vertices = Float32Array.from(
    rows.filter((_, i) => i % vertexSize < 3),
    (value) => value,
  );
  return { vertices, triangles: Int32Array.from(numbers(mesh3d.triangles)), mirror: mirrorTable(vertices) };
}
