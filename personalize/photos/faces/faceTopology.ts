/** How MediaPipe's 468 landmarks belong together. */
export interface FaceTopology {
  /** Landmark at the mirrored place of each: [468]. Its own inverse. */
  readonly mirror: Int32Array;
  /** Corners of the triangles, counter-clockwise as one looks at the face: [triangles, 3] */
  readonly triangles: Int32Array;
  /** MediaPipe's canonical face, centimetres; x towards the picture's right, y up, z towards the viewer: [468, 3] */
  readonly vertices: Float32Array;
}

export const landmarkCount = 468;
