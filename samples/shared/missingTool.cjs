// In the place of packages that are not installed when the pages are built.
exports.isMissing = true;
throw new Error(
  'The packages for this were not installed when the page was built. Run `npm run tools`, then build it anew.',
);
