import type { Base } from '../../runtime/checkpoint/base/base.js';
import { networkLayout } from '../../runtime/network/layout.js';
import type { RenderSettings } from '../../runtime/render/settings.js';
import { isFrozen } from '../training/method.js';
import { PersonLearner } from '../training/personLearner.js';
import { fineTarget } from '../training/superresolution/fineTarget.js';
import { personOf } from '../training/trainables.js';
import { trainingSettings } from '../training/trainingSettings.js';
import type { PersonalizeSession, SessionStage } from './personalizeSession.js';
import { trainingPlan } from './plan.js';

/** Factors beside the base, with which the anchors move. A stop ends it early, with what was learned until then. */
export const trainStage: SessionStage = {
  async run(session) {
    const { base } = session.options;
    const { method } = session.settled;
    if (isFrozen(method)) {
      session.conclude(personOf(base, method, []), true);
      return;
    }
    const learner = await createLearner(session);
    try {
      if (session.saved?.training) learner.restore(session.saved.training);
      await train(session, learner);
      session.conclude(personOf(base, method, learner.trainables), learner.step >= session.settled.effort.training);
    } finally {
      await learner.dispose();
    }
  },
};

function createLearner(session: PersonalizeSession): Promise<PersonLearner> {
  const { anchors, appearances, options, settled, targets } = session;
  const { base, photos } = options;
  return PersonLearner.create({
    ...{ ...session.looking, method: settled.method, plan: trainingPlan(session) },
    ...{ targets, anchors, appearances, cameras: session.currentCameras() },
    ...(settled.isFine
      ? { settings: fineSettings(base), fineTargets: photos.map((photo) => fineTarget(base, photo)) }
      : {}),
    ...session.acting,
  });
}

async function train(session: PersonalizeSession, learner: PersonLearner): Promise<void> {
  const { cameras, inverted, options, progress, settled } = session;
  const { onPreview, previewEvery = 250, signal } = options;
  while (learner.step < settled.effort.training && signal?.aborted !== true) {
    progress.report('training', learner.step, await learner.next());
    if (settled.refineCameras) cameras.splice(0, cameras.length, ...learner.cameras);
    if (learner.step % 100 === 0) await session.keep({ training: { ...learner.state(), inverted } });
    if (onPreview && learner.step % previewEvery === 0) {
      await onPreview(session.finish(personOf(options.base, settled.method, learner.trainables)));
    }
  }
  await session.keep({ training: { ...learner.state(), inverted } });
}

/** With all the channels that super-resolution takes. */
const fineSettings = (base: Base): RenderSettings => ({
  ...trainingSettings(base),
  channels: networkLayout(base).featureChannels,
});
