/** What headScenario.mjs sees of a head that was made, cloned, saved, loaded and played, on any Babylon. */
export const seenHead = {
  isMesh: true,
  className: 'Mesh',
  targets: 52,
  moved: true,
  smile: 0.5,
  cloneSmile: 1,
  yaw: 0.25,
  jaw: 0.5,
  savedPositions: 0,
  ready: true,
};
