import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openPage, serve } from './browser.js';

const html = `<!doctype html>
<style>body { margin: 0 } canvas { display: block }</style>
<canvas width="64" height="64"></canvas>
<script type="module">
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter.requestDevice();
  const context = document.querySelector('canvas').getContext('webgpu');
  const format = navigator.gpu.getPreferredCanvasFormat();
  context.configure({ device, format });
  const paint = () => {
    const encoder = device.createCommandEncoder();
    const view = context.getCurrentTexture().createView();
    const clearValue = { r: 1, g: 0, b: 0, a: 1 };
    encoder.beginRenderPass({ colorAttachments: [{ view, clearValue, loadOp: 'clear', storeOp: 'store' }] }).end();
    device.queue.submit([encoder.finish()]);
    requestAnimationFrame(paint);
  };
  paint();
  await device.queue.onSubmittedWorkDone();
  requestAnimationFrame(() => requestAnimationFrame(() => { document.title = 'painted'; }));
</script>`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harness-'));
  writeFileSync(join(folder, 'index.html'), html);
  writeFileSync(join(folder, 'failing.html'), '<script>console.error("one"); throw new Error("two");</script>');
});

afterAll(() => rmSync(folder, { recursive: true }));

test('a page paints a WebGPU canvas', async () => {
  const { page, errors, screenshot } = await openPage(await serve(folder));
  await page.waitForFunction(() => document.title === 'painted');
  const shot = await screenshot('harness/canvas');
  expect(shot.pixel(32, 32).slice(0, 3)).toEqual([255, 0, 0]);
  expect(shot.pixel(100, 100).slice(0, 3)).toEqual([255, 255, 255]);
  expect(errors).toEqual([]);
});

test("a page's errors are collected", async () => {
  const { errors } = await openPage(`${await serve(folder)}failing.html`);
  expect(errors).toEqual(['one', 'two']);
});

test('the server knows the types that browsers insist on, and no file outside its folder', async () => {
  writeFileSync(join(folder, 'empty.wasm'), '');
  const url = await serve(folder);
  expect((await fetch(`${url}empty.wasm`)).headers.get('content-type')).toBe('application/wasm');
  expect((await fetch(`${url}%2e%2e/%2e%2e/etc/passwd`)).status).toBe(404);
  expect((await fetch(`${url}absent`)).status).toBe(404);
});
