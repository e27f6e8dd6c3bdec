/** What the player wants in this frame. */
export interface Wish {
  /** To the right and ahead, as the camera sees it; together at most 1. */
  readonly right: number;
  readonly ahead: number;
  readonly run: boolean;
  /** Turn of the camera, -1..1. */
  readonly look: number;
}

/** What is done once for every press. */
export const actions = ['wave', 'sit', 'talk', 'person', 'body'] as const;
export type Action = (typeof actions)[number];

/** Keys and the gamepad's button of every action. */
const actionKeys: Readonly<Record<Action, readonly [key: string, button?: number]>> = {
  wave: ['Space', 0],
  sit: ['KeyC', 1],
  talk: ['KeyT', 2],
  person: ['KeyN'],
  body: ['KeyB'],
};
const keys = {
  right: ['ArrowRight', 'KeyD'],
  left: ['ArrowLeft', 'KeyA'],
  ahead: ['ArrowUp', 'KeyW'],
  back: ['ArrowDown', 'KeyS'],
  run: ['ShiftLeft', 'ShiftRight'],
  lookLeft: ['KeyQ'],
  lookRight: ['KeyE'],
} as const;
/** Sticks are never quite in the middle. */
const deadZone = 0.18;

const live = (axis: number | undefined): number => (axis !== undefined && Math.abs(axis) > deadZone ? axis : 0);

/** Keys, a stick for fingers, the panel's buttons, and the first gamepad. */
export class Controls {
  /** The panel's run button is pressed. */
  running = false;
  private readonly _keys = new Set<string>();
  private readonly _padPressed = new Set<number>();
  private _stick = { x: 0, y: 0 };

  constructor(
    stick: HTMLElement,
    private readonly _onAction: (action: Action) => void,
  ) {
    addEventListener('keydown', (event) => this._press(event));
    addEventListener('keyup', ({ code }) => this._keys.delete(code));
    addEventListener('blur', () => this._keys.clear());
    const follow = (event: PointerEvent): void => {
      const { left, top, width, height } = stick.getBoundingClientRect();
      const [x, y] = [(2 * (event.clientX - left)) / width - 1, 1 - (2 * (event.clientY - top)) / height];
      const length = Math.max(1, Math.hypot(x, y));
      this._stick = { x: x / length, y: y / length };
    };
    stick.addEventListener('pointerdown', (event) => {
      stick.setPointerCapture(event.pointerId);
      follow(event);
    });
    stick.addEventListener('pointermove', (event) => {
      if (stick.hasPointerCapture(event.pointerId)) follow(event);
    });
    for (const end of ['pointerup', 'pointercancel'] as const) {
      stick.addEventListener(end, () => (this._stick = { x: 0, y: 0 }));
    }
  }

  /** Call it once a frame: gamepads send no events. */
  wish(): Wish {
    const pad = navigator.getGamepads().find((each) => each?.connected);
    for (const action of actions) {
      const button = actionKeys[action][1];
      if (button === undefined) continue;
      const before = this._padPressed.delete(button);
      if (!pad?.buttons[button]?.pressed) continue;
      this._padPressed.add(button);
      if (!before) this._onAction(action);
    }
    const held = (codes: readonly string[]): number => (codes.some((code) => this._keys.has(code)) ? 1 : 0);
    const right = held(keys.right) - held(keys.left) + live(pad?.axes[0]) + this._stick.x;
    const ahead = held(keys.ahead) - held(keys.back) - live(pad?.axes[1]) + this._stick.y;
    const length = Math.max(1, Math.hypot(right, ahead));
    const pushed = Math.hypot(this._stick.x, this._stick.y) > 0.95;
    return {
      right: right / length,
      ahead: ahead / length,
      run: this.running || held(keys.run) > 0 || (pad?.buttons[7]?.pressed ?? false) || pushed,
      look: held(keys.lookRight) - held(keys.lookLeft) + live(pad?.axes[2]),
    };
  }

  private _press(event: KeyboardEvent): void {
    const { code, target, repeat } = event;
    // The browser's own shortcuts, and a button in focus, which Space presses.
    if (event.ctrlKey || event.metaKey || event.altKey || (code === 'Space' && target instanceof HTMLButtonElement))
      return;
    this._keys.add(code);
    const action = actions.find((each) => actionKeys[each][0] === code);
    if (action && !repeat) this._onAction(action);
    if (code === 'Space' || code.startsWith('Arrow')) event.preventDefault();
  }
}
