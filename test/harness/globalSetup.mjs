import { build } from '../../scripts/build.mjs';

/** dist/ is what the command and the package tests run. */
export default function globalSetup() {
  if (process.env.PERSONALIZED_HEAD_IS_BUILT) return;
  if (build() !== 0) throw new Error('dist/ cannot be built: see the messages of the compiler above.');
}
