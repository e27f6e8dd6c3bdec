import type { Directions } from '../../runtime/latent/directions.js';
import { findPerson, type SeededFitting } from '../inversion/anchors.js';
import { chooseStyles, compareStyles, withStyle } from '../inversion/hairStyles.js';
import type { LatentSpace } from '../inversion/latentSpace.js';
import { personOf } from '../training/trainables.js';
import { withFitting } from './fitting.js';
import { neutralizer } from './neutralizer.js';
import type { PersonalizeSession, SessionStage } from './personalizeSession.js';

/** One latent for all photos together: `session.person`, and from it each photo's start. */
export const findPersonStage: SessionStage = {
  async run(session) {
    if (session.isInverted) return;
    const { options, settled } = session;
    const isNew = session.person === null;
    session.person ??= withoutExpression(
      await withFitting(session, [], (fitting) => find(session, fitting)),
      session.latent,
      options.directions,
    );
    if (isNew) session.moveCameras();
    await session.keep();
    const { chosen, person } = session;
    if (session.anchors.length === 0) {
      await options.onPreview?.(session.finish(personOf(options.base, settled.method, []), [person]));
    }
    session.starts = options.photos.map((_, i) => {
      const style = chosen?.photos[i];
      return style === chosen?.person ? person : inStyle(session, person, style);
    });
  },
};

function find(session: PersonalizeSession, fitting: SeededFitting): Promise<Float32Array> {
  const { motion, progress, settled, styles, targets } = session;
  const tryStyles = async (v: Float32Array): Promise<Float32Array> => {
    session.chosen = chooseStyles(await compareStyles(fitting, targets, v, styles, session.options.signal));
    return inStyle(session, v, session.chosen.person);
  };
  return findPerson(fitting, targets, {
    ...session.abort,
    ...(styles.length > 0 ? { restyle: tryStyles } : {}),
    ...(motion ? { motion } : {}),
    keeping: session.keeping('person'),
    steps: settled.effort.person,
    onStep: (step, loss) => progress.report('person', step, loss),
  });
}

/** A latent with the hair of a style, by its place in `session.styles`. */
function inStyle(
  { latent, styles }: PersonalizeSession,
  v: Float32Array,
  style: number | null | undefined,
): Float32Array {
  const named = styles[style ?? -1];
  return named ? latent.fromW(withStyle(latent.toWs(v).data.slice(0, v.length), styles, named)) : v;
}

/** Every photo starts without an expression, not with the mean one. */
function withoutExpression(v: Float32Array, latent: LatentSpace, directions: Directions | undefined): Float32Array {
  if (!directions || directions.neutral.size === 0) return v;
  const w = latent.toWs(v).data.slice(0, latent.layout.wDim);
  return latent.fromW(neutralizer(directions)(w));
}
