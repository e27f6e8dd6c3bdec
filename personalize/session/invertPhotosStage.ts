import { invertPhoto } from '../inversion/anchors.js';
import { levelExpressions } from '../inversion/neutralLevel.js';
import { RefinedCamera } from '../inversion/refineCamera.js';
import { sharedMethod } from '../training/sharedLook.js';
import { personOf } from '../training/trainables.js';
import { withFitting } from './fitting.js';
import type { PersonalizeSession, SessionStage } from './personalizeSession.js';

/** An anchor for each photo, and where its camera stood. */
export const invertPhotosStage: SessionStage = {
  async run(session) {
    if (!session.isInverted) await invertPhotos(session);
    const { anchors, latent, options, saved } = session;
    if (session.sharedSteps > 0 && options.directions && !options.anchors && !saved?.training) {
      levelExpressions(anchors, latent, options.directions.neutral);
    }
    // Training moves the anchors, so a state of it has both.
    session.inverted = saved?.training?.inverted ?? anchors.map((anchor) => anchor.slice());
    session.appearances.freeze();
  },
};

async function invertPhotos(session: PersonalizeSession): Promise<void> {
  const { adapted, anchors, cameras, options, progress, starts, targets } = session;
  const { effort, layered, method, refineCameras } = session.settled;
  const shared = new Map(adapted.map(({ input, values }) => [input, values]));
  const unlearned =
    adapted.length > 0 ? personOf(options.base, sharedMethod, adapted) : personOf(options.base, method, []);
  await withFitting(session, adapted, async (fitting) => {
    while (!session.isInverted) {
      const first = anchors.length * effort.photo;
      const target = targets[anchors.length]!;
      const camera = refineCameras ? new RefinedCamera(target.camera) : null;
      anchors.push(
        await invertPhoto(fitting, target, starts[anchors.length]!, {
          ...session.abort,
          ...(camera ? { camera } : {}),
          keeping: session.keeping('photo', { shared }),
          layered,
          steps: effort.photo,
          onStep: (step, loss) => progress.report('anchors', first + step, loss),
        }),
      );
      session.unfinished = null;
      if (camera) cameras.push(camera.camera);
      await session.keep({ shared });
      await options.onPreview?.(session.finish(unlearned));
    }
  });
}
