/** Rows of a letter, pixels; columns are `letterWidth`, with one more between letters. */
export const letterHeight = 7;
export const letterWidth = 5;

/** Space to underscore without the rare ones: five columns of two hexadecimal digits, the lowest bit on top. */
const glyphs = new Map(
  (
    ' 0000000000!00005f0000"0007000700#147f147f14%2313086462&3649552250\'0005030000(001c224100)0041221c00' +
    '+08083e0808,0050300000-0808080808.0060600000/201008040203e5149453e100427f400024261514946321414' +
    '54b3141814127f105274545453963c4a49493070171090503836494949369064949291e:0036360000=1414141414' +
    '?0201510906A7e1111117eB7f49494936C3e41414122D7f4141221cE7f49494941F7f09090901G3e41415132H7f0808087f' +
    'I00417f4100J2040413f01K7f08142241L7f40404040M7f0204027fN7f0408107fO3e4141413eP7f09090906Q3e4151215e' +
    'R7f09192946S4649494931T01017f0101U3f4040403fV1f2040201fW7f2018207fX6314081463Y0304780403Z6151494543' +
    '_4040404040°0002050200'
  )
    .match(/.[0-9a-f]{10}/gsu)!
    .map((entry) => [entry[0]!, [1, 3, 5, 7, 9].map((at) => parseInt(entry.slice(at, at + 2), 16))] as const),
);

/**
 * Pixels of a text, capitals only; what the font has not becomes a question mark.
 * @param draw gets each pixel, from the text's top left corner
 */
export function drawText(text: string, draw: (x: number, y: number) => void): void {
  Array.from(text.toUpperCase()).forEach((letter, i) => {
    (glyphs.get(letter) ?? glyphs.get('?')!).forEach((column, x) => {
      for (let y = 0; y < letterHeight; y++) if ((column >> y) & 1) draw(i * (letterWidth + 1) + x, y);
    });
  });
}
