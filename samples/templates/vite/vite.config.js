export default {
  // The page awaits at its top level.
  build: { target: 'es2022' },
};
