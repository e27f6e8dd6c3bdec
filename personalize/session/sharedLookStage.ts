import { learnSharedLook, restoreSharedLook } from '../training/sharedLook.js';
import type { SessionStage } from './personalizeSession.js';
import { trainingPlan } from './plan.js';

/** What all photos show alike, before each is read: `session.adapted`. */
export const sharedLookStage: SessionStage = {
  async run(session) {
    const { options, progress, saved, settled, sharedSteps } = session;
    if (session.isInverted || sharedSteps === 0) return;
    if (saved?.shared) {
      session.adapted = restoreSharedLook(options.base, settled.seed, saved.shared);
      return;
    }
    const { appearances, targets } = session;
    session.adapted = await learnSharedLook(
      { ...session.looking, ...session.acting, targets, appearances, cameras: session.currentCameras([]) },
      session.starts,
      { ...trainingPlan(session), steps: sharedSteps },
      {
        ...session.abort,
        keeping: session.keeping('shared'),
        onStep: (step, loss) => progress.report('person', settled.effort.person + step, loss),
      },
    );
  },
};
