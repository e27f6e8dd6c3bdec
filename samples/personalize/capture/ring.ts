import type { Ask, GuideState } from '../../../personalize/photos/capture/captureGuide.js';

/** Of the ring's box of 100 x 100. */
const middle = 50;
/** Degrees clockwise from the top: the middle of an arc and how far it goes to each side. */
interface Arc {
  readonly at: number;
  readonly half: number;
  readonly radius: number;
  readonly width: number;
}
const turn = (at: number): Arc => ({ at, half: 38, radius: 48, width: 3 });
const mouth = (at: number): Arc => ({ at, half: 54, radius: 44.8, width: 1.6 });
/** Turns lie where the head turns to, as in a mirror; the straight look, the smile and the open mouth within. */
const arcs: Readonly<Record<Ask, Arc>> = {
  up: turn(0),
  right: turn(90),
  down: turn(180),
  left: turn(270),
  front: mouth(0),
  open: mouth(120),
  smile: mouth(240),
};

function path({ radius }: Arc, from: number, to: number): string {
  const point = (degrees: number): string => {
    const angle = (degrees * Math.PI) / 180;
    return `${(middle + radius * Math.sin(angle)).toFixed(2)} ${(middle - radius * Math.cos(angle)).toFixed(2)}`;
  };
  return `M ${point(from)} A ${radius} ${radius} 0 0 1 ${point(to)}`;
}

/** The ring around the picture of the camera: an arc for everything that is asked for, filled as it was seen. */
export class Ring {
  private readonly _seen = new Map<Ask, SVGPathElement>();
  private readonly _whole = new Map<Ask, SVGPathElement>();

  constructor(svg: SVGElement) {
    svg.replaceChildren();
    for (const [ask, arc] of Object.entries(arcs) as [Ask, Arc][]) {
      const add = (classes: string): SVGPathElement => {
        const element = document.createElementNS('http://www.w3.org/2000/svg', 'path');
        element.setAttribute('class', classes);
        element.setAttribute('stroke-width', String(arc.width));
        svg.append(element);
        return element;
      };
      const whole = add('');
      whole.setAttribute('d', path(arc, arc.at - arc.half, arc.at + arc.half));
      this._whole.set(ask, whole);
      this._seen.set(ask, add('seen'));
    }
  }

  show({ ask: asked, seen }: GuideState): void {
    for (const [ask, element] of this._seen) {
      const arc = arcs[ask];
      const half = arc.half * seen[ask];
      // Round ends would leave a dot of an empty arc.
      element.setAttribute('d', half === 0 ? '' : path(arc, arc.at - half, arc.at + half));
      this._whole.get(ask)!.classList.toggle('asked', ask === asked);
    }
  }
}
