export { exportHeadGLBAsync, type ExportHeadOptions } from './exportHead.js';
