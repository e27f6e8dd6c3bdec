import type { Scene } from '@babylonjs/core/scene.js';
import type { HeadInspector } from '../../plugin/inspector/index.js';
import type { PersonalizedHeadMesh } from '../../plugin/index.js';

/** Babylon's Inspector beside the picture, with a head's own sections. Fetched when it is first asked for: it is large. */
export class InspectorPane {
  private _opening: Promise<HeadInspector> | null = null;
  private _head: PersonalizedHeadMesh | null = null;

  constructor(
    private readonly _scene: Scene,
    private readonly _onError: (error: unknown) => void,
  ) {}

  /** The head whose sections are shown, now or when it opens. */
  show(head: PersonalizedHeadMesh): void {
    this._head = head;
    this._opening?.then(
      (inspector) => inspector.select(head),
      // Who opened it is told.
      () => undefined,
    );
  }

  /** Opens or closes it. */
  toggle(): void {
    (this._opening ? this.closeAsync() : this._openAsync()).catch(this._onError);
  }

  async closeAsync(): Promise<void> {
    const opening = this._opening;
    this._opening = null;
    await (await opening)?.dispose();
  }

  private async _openAsync(): Promise<void> {
    this._opening = this._showAsync();
    try {
      await this._opening;
    } catch (error) {
      this._opening = null;
      throw error;
    }
  }

  private async _showAsync(): Promise<HeadInspector> {
    const { ShowHeadInspector } = await import('../../plugin/inspector/index.js');
    return ShowHeadInspector(this._scene, {
      // Beside the picture: the page's own panels stay in reach.
      layoutMode: 'inline',
      // All on one side, where no button of the page is.
      sidePaneRemapper: ({ verticalLocation }: { verticalLocation: string }) => ({
        horizontalLocation: 'right',
        verticalLocation,
      }),
      themeMode: 'dark',
      disableTeachingMoments: true,
      ...(this._head ? { selected: this._head } : {}),
    });
  }
}
