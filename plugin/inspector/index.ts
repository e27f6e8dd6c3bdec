/** Babylon's Inspector for heads. The only part of the package that needs @babylonjs/inspector and React, and a page. */
export { PersonalizedHeadInspectorService, type HeadInspectorService } from './service.js';
export { ShowHeadInspector, type HeadInspector, type HeadInspectorOptions } from './showHeadInspector.js';
export { headGalleryService as HeadGalleryInspectorService, type HeadPaneOptions } from './galleryPane.js';
