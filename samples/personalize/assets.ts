const besidePage = (path: string): string => new URL(path, document.baseURI).href;

/** What the page is served with. */
export const assets = {
  base: besidePage('assets/base.safetensors'),
  directions: besidePage('assets/base.directions.json'),
  wasmPaths: besidePage('ort/'),
} as const;
