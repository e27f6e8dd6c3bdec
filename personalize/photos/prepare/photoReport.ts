import type { LabelledView } from '../cameras/view.js';
import type { PhotoReport, Reason } from './report.js';

/**
 * One photo of report.json.
 * @param image name in the data set; null where it was left out
 * @param view null where there is no face
 * @param scale pixels of the upright file for one of the view's
 */
export function photoReport(
  file: string,
  reasons: readonly Reason[],
  image: string | null,
  view: LabelledView | null,
  scale: number,
): PhotoReport {
  const round = (value: number, digits: number): number => Number(value.toFixed(digits));
  return {
    file,
    kept: image !== null,
    reasons: [...reasons],
    image,
    yaw: view && round(view.yaw, 2),
    pitch: view && round(view.pitch, 2),
    roll: view && round(view.roll, 2),
    distance: view && round(view.distance, 3),
    crop: view && {
      cx: round(view.crop.cx * scale, 1),
      cy: round(view.crop.cy * scale, 1),
      side: round(view.crop.side * scale, 1),
      angle: round((view.crop.angle * 180) / Math.PI, 2),
    },
  };
}
