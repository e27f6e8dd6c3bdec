import type { HeadShape } from './headShape.js';
import type { FreeView } from './pointTerms.js';
import { projectLandmarks } from './projectLandmarks.js';
import { fittedView } from './freeViews.js';
import { rotationFromAngles, anglesOfRotation } from './viewAngles.js';
import { cornerNormals, visibility } from './visibility.js';

/**
 * Turns a view by what the landmark net sees too little (yaw gains `cube` times its cube, radians), then brings side and
 * centre to the landmarks again.
 * Source: measured; docs/decisions/0054-photo-cameras.md.
 * @param points the person's landmarks: [468, 3]
 * @param pixels [468, 2]
 */
export function correctYaw(
  view: FreeView,
  points: Float64Array,
  pixels: Float64Array,
  shape: HeadShape,
  cube: number,
): void {
  const fitted = fittedView(view, 0);
  const { yaw, pitch, roll } = anglesOfRotation(fitted.rotation);
  const radians = (yaw * Math.PI) / 180;
  // Beyond a profile the law is not known: it stays at what it is at 75 degrees.
  const change = cube * Math.sign(radians) * Math.min(Math.abs(radians), 1.3) ** 3;
  view.rotation.set(rotationFromAngles(yaw + (change * 180) / Math.PI, pitch, roll));
  fitSideAndCenter(view, points, pixels, shape);
}

/** Weighted least squares; the loss has settled who is an outlier, which the landmarks' weights hold well enough. */
function fitSideAndCenter(view: FreeView, points: Float64Array, pixels: Float64Array, shape: HeadShape): void {
  const flat = projectLandmarks({ ...fittedView(view, 0), side: 1, center: [0, 0] }, points);
  const normals = new Float64Array(points.length);
  cornerNormals(points, shape.triangles, normals);
  const r = view.rotation;
  const cameraPoint = new Float64Array(3);
  for (let pass = 0; pass < 4; pass++) {
    let [total, qx, qy, px, py, qq, qp] = [0, 0, 0, 0, 0, 0, 0];
    for (let i = 0; i < shape.rigid.length; i++) {
      for (let row = 0; row < 3; row++) {
        cameraPoint[row] =
          r[3 * row]! * points[3 * i]! + r[3 * row + 1]! * points[3 * i + 1]! + r[3 * row + 2]! * points[3 * i + 2]!;
      }
      const [x, y, u, v] = [flat[2 * i]!, flat[2 * i + 1]!, pixels[2 * i]!, pixels[2 * i + 1]!];
      const length = Math.hypot(view.cx + view.side * x - u, view.cy + view.side * y - v) / view.side;
      const weight = (shape.rigid[i]! * visibility(view, normals, 3 * i, cameraPoint, 0)) / Math.max(1, length / 0.012);
      total += weight;
      qx += weight * x;
      qy += weight * y;
      px += weight * u;
      py += weight * v;
      qq += weight * (x * x + y * y);
      qp += weight * (x * u + y * v);
    }
    view.side = (qp - (qx * px + qy * py) / total) / (qq - (qx * qx + qy * qy) / total);
    view.cx = (px - view.side * qx) / total;
    view.cy = (py - view.side * qy) / total;
  }
}
