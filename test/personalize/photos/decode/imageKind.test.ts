import { expect, test } from '@jest/globals';
import { foreignKind, imageKind } from '../../../../personalize/photos/decode/imageKind.js';

const latin = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const box = (brand: string, ...others: string[]): Uint8Array =>
  latin(`\0\0\0${String.fromCharCode(16 + 4 * others.length)}ftyp${brand}\0\0\0\0${others.join('')}....`);

test.each([
  ['jpeg', latin('\xff\xd8\xff\xe1....')],
  ['png', latin('\x89PNG\r\n\x1a\n....')],
  ['webp', latin('RIFF....WEBPVP8 ')],
  ['heic', box('heic', 'mif1', 'heic')],
  ['heic', box('mif1', 'mif1', 'heic')],
  ['heic', box('heix')],
  ['avif', box('avif', 'mif1', 'miaf')],
  ['avif', box('mif1', 'mif1', 'avif')],
] as const)('%s is told by its first bytes', (kind, bytes) => {
  expect(imageKind(bytes)).toBe(kind);
});

test.each([
  ['an empty file', 'a.jpg', latin(''), 'Copy it again.'],
  ['a GIF', 'a.gif', latin('GIF89a'), /photo that it was made from/],
  ['a TIFF', 'a.tif', latin('II*\0....'), 'Save it as JPEG.'],
  ['a TIFF', 'a.tif', latin('MM\0*....'), 'Save it as JPEG.'],
  ['a camera’s raw file', 'a.dng', latin('II*\0....'), /Develop it/],
  ['a camera’s raw file', 'a.NEF', latin('MM\0*....'), /Develop it/],
  ['a camera’s raw file', 'renamed', latin('II*\0\x10\0\0\0CR\x02\0'), /Develop it/],
  ['a camera’s raw file', 'a.cr3', box('crx '), /Develop it/],
  ['a video', 'trip/IMG 1.MOV', box('qt  '), 'mkdir frames && ffmpeg -i "IMG 1.MOV" -vf fps=5 frames/%04d.jpg'],
  ['a video', 'a.mp4', box('isom', 'mp41'), /ffmpeg/],
  ['a video', 'a.mov', latin('\0\0\0\x08wide....'), /ffmpeg/],
  ['a video', 'a.webm', latin('\x1aE\xdf\xa3....'), /ffmpeg/],
  ['a video', 'a.avi', latin('RIFF....AVI LIST'), /ffmpeg/],
  ['a JPEG XL', 'a.jxl', latin('\xff\x0a..'), 'Save it as JPEG.'],
  ['a Photoshop file', 'a.psd', latin('8BPS'), 'Save it as JPEG.'],
  ['a PDF', 'a.pdf', latin('%PDF-1.7'), /save it as JPEG/],
  ['an archive', 'a.zip', latin('PK\x03\x04'), 'Unpack it.'],
  ['a web page or a drawing', 'a.jpg', latin('<!DOCTYPE html><html>'), 'Download the photo itself.'],
  ['a web page or a drawing', 'a.svg', latin('<svg xmlns='), 'Download the photo itself.'],
  ['another kind of file', 'Thumbs.db', latin('\xd0\xcf\x11\xe0'), /leave the file out/],
] as const)('%s (%s) is named, with a remedy', (kind, name, bytes, remedy) => {
  expect(imageKind(bytes)).toBeNull();
  const { code, message } = foreignKind(bytes, name, 'a photo');
  expect(code).toBe('photos/kind');
  expect(message.startsWith(`${name}: expected a photo, got ${kind}. `)).toBe(true);
  if (typeof remedy === 'string') expect(message).toContain(remedy);
  else expect(message).toMatch(remedy);
});
