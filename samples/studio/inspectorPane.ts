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
    this._opening?.then((inspector) => inspector.select(head), this._onError);
  }

  /** Opens or closes it. */
  toggle(): void {
    this._toggleAsync().catch(this._onError);
  }

  private async _toggleAsync(): Promise<void> {
    const open = this._opening;
    this._opening = open ? null : this._openAsync();
    if (open) return (await open).dispose();
    await this._opening?.catch((error: unknown) => {
      this._opening = null;
      throw error;
    });
  }

  private async _openAsync(): Promise<HeadInspector> {
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
