export const { create, globals } = await globalThis.outerModule('webgpu');
