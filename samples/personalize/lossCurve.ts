import type { PersonalizeProgress, Stage } from '../../personalize/personalize.js';

const colors: Readonly<Record<Stage, string>> = { person: '#e0a458', anchors: '#6cb4ee', training: '#5cc8a0' };
const names: Readonly<Record<Stage, string>> = { person: 'the person', anchors: 'the photos', training: 'the details' };

interface Point {
  readonly stage: Stage;
  /** Of the run, 0..1. */
  readonly x: number;
  readonly loss: number;
  /** Running mean of the stage: a step's loss is that of a random piece of a photo. */
  readonly mean: number;
  /** Steps of the stage so far. */
  readonly count: number;
}

/** How much of the running mean a step replaces, once there are enough to make one. */
const share = 0.05;
const margin = { left: 44, right: 8, top: 8, bottom: 20 };

/** Loss over the run, logarithmic: each step a dot, the running mean a line, a colour for each stage. */
export class LossCurve {
  private readonly _points: Point[] = [];
  private _asked = false;

  constructor(private readonly _canvas: HTMLCanvasElement) {
    new ResizeObserver(() => this._ask()).observe(_canvas);
  }

  clear(): void {
    this._points.length = 0;
    this._ask();
  }

  add({ stage, fraction, loss }: PersonalizeProgress): void {
    const before = this._points.at(-1);
    const [last, steps] = before?.stage === stage ? [before.mean, before.count] : [loss, 0];
    const count = steps + 1;
    const mean = last + Math.max(share, 1 / count) * (loss - last);
    this._points.push({ stage, x: fraction, loss, mean, count });
    this._ask();
  }

  /** Draws once a frame, however many steps came. */
  private _ask(): void {
    if (this._asked) return;
    this._asked = true;
    requestAnimationFrame(() => {
      this._asked = false;
      this._draw();
    });
  }

  private _draw(): void {
    const canvas = this._canvas;
    const scale = devicePixelRatio;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext('2d')!;
    context.scale(scale, scale);
    const positive = this._points.map(({ loss }) => loss).filter((loss) => loss > 0);
    if (positive.length === 0) return;
    const [least, most] = positive.reduce(([a, b], loss) => [Math.min(a, loss), Math.max(b, loss)], [Infinity, 0]);
    const [low, high] = [Math.log(least * 0.95), Math.log(most * 1.05)];
    const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
    const xOf = (x: number): number => margin.left + x * inner.width;
    const yOf = (loss: number): number =>
      margin.top + ((high - Math.log(Math.max(loss, least))) / (high - low)) * inner.height;
    this._axis(context, [most, Math.sqrt(most * least), least], yOf, width);
    for (const stage of Object.keys(colors) as Stage[]) {
      const points = this._points.filter((point) => point.stage === stage);
      this._stage(context, stage, points, xOf, yOf, height);
    }
    const last = this._points.at(-1)!;
    canvas.setAttribute('aria-label', `Loss, ${most.toPrecision(2)} at most, now ${last.mean.toPrecision(2)}`);
  }

  private _axis(
    context: CanvasRenderingContext2D,
    ticks: readonly number[],
    yOf: (loss: number) => number,
    width: number,
  ): void {
    context.font = '11px system-ui, sans-serif';
    context.fillStyle = '#9aa3ad';
    context.strokeStyle = '#3a4049';
    context.lineWidth = 1;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const tick of ticks) {
      const y = Math.round(yOf(tick)) + 0.5;
      context.fillText(tick.toPrecision(2), margin.left - 6, y);
      context.beginPath();
      context.moveTo(margin.left, y);
      context.lineTo(width - margin.right, y);
      context.stroke();
    }
  }

  private _stage(
    context: CanvasRenderingContext2D,
    stage: Stage,
    points: readonly Point[],
    xOf: (x: number) => number,
    yOf: (loss: number) => number,
    height: number,
  ): void {
    const [first] = points;
    if (!first) return;
    context.fillStyle = context.strokeStyle = colors[stage];
    context.globalAlpha = 0.5;
    for (const { x, loss } of points) context.fillRect(xOf(x) - 1, yOf(loss) - 1, 2, 2);
    context.globalAlpha = 1;
    context.lineWidth = 2;
    context.lineJoin = 'round';
    context.beginPath();
    for (const { x, mean } of points) context.lineTo(xOf(x), yOf(mean));
    context.stroke();
    context.textAlign = 'left';
    context.fillText(names[stage], xOf(first.x), height - 7);
  }
}
