const playwright = await globalThis.outerModule('playwright-core');
export const { chromium } = playwright;
export default playwright;
