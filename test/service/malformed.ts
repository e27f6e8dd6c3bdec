import { mulberry } from '../personalize/photos/raw/random.js';

/** What malformed requests are made of. */
export interface Given {
  /** A JPEG whose size stands behind its first hundred bytes. */
  readonly photo: Buffer;
  readonly token: string;
}

class Dice {
  private readonly _next: () => number;

  constructor(seed: number) {
    this._next = mulberry(seed);
  }

  below(count: number): number {
    return Math.floor(this._next() * count);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  bytes(most: number): Buffer {
    return Buffer.from(Array.from({ length: this.below(most) }, () => this.below(256)));
  }

  letters(count: number): string {
    return Array.from({ length: count }, () => this.pick('abcXYZ019_-'.split(''))).join('');
  }
}

const boundary = '--------------------------7d1';
/** Parts of names and addresses that have led programs astray. */
const nasty = [
  ...['..%2f..%2fetc%2fpasswd', '../../etc/passwd', '%00', '%zz', '%', '__proto__', 'constructor', 'toString'],
  ...['{people}:queue:meta', '%7Bpeople%7D:queue:*', '*', '?', "'; DROP", '${7*7}', '<script>', 'a'.repeat(300)],
  ...[
    '\u00e9\u{1f600}',
    '%e2%82%ac',
    'record.json',
    'photos/000.jpg',
    '.',
    ' ',
    'CON',
    '-1',
    'null',
    '%0d%0aSet-Cookie:x',
  ],
];

interface Part {
  readonly name: string;
  readonly file?: string;
  readonly type?: string;
  readonly value: Buffer | string;
}

const formOf = (parts: readonly Part[]): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({ name, file, type, value }) => [
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"`),
      Buffer.from(file === undefined ? '' : `; filename="${file}"\r\ncontent-type: ${type ?? 'image/jpeg'}`),
      Buffer.from('\r\n\r\n'),
      Buffer.from(value as string),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);

const multipart = `multipart/form-data; boundary=${boundary}`;

function request(
  line: string,
  body: Buffer,
  { token, type = multipart, length = body.length }: { token?: string; type?: string; length?: number },
): Buffer {
  const head = [
    `${line} HTTP/1.1`,
    'host: door',
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    ...(body.length > 0 || length > 0 ? [`content-type: ${type}`, `content-length: ${length}`] : []),
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

const photoOf = (value: Buffer): Part => ({ name: 'photos', file: 'a.jpg', value });
const bomb = Buffer.from('89504e470d0a1a0a0000000d494844520000ffff0000ffff0802000000000000', 'hex');

const kinds: Readonly<Record<string, (dice: Dice, given: Given) => Buffer>> = {
  'a form cut short': (dice, { photo, token }) => {
    const whole = formOf([photoOf(photo)]);
    return request('POST /people', whole.subarray(0, 1 + dice.below(whole.length - 10)), { token });
  },
  'noise for a form': (dice, { token }) =>
    request('POST /people', Buffer.concat([Buffer.from('x'), dice.bytes(3000)]), { token }),
  'another boundary, or none': (dice, { photo, token }) => {
    const type = dice.pick([
      'multipart/form-data',
      'multipart/form-data; boundary=',
      `multipart/form-data; boundary=x${dice.letters(9)}`,
      'multipart/',
      ';',
      dice.letters(20),
    ]);
    return request('POST /people', formOf([photoOf(photo)]), { token, type });
  },
  'no photo': (dice, { token }) =>
    request('POST /people', formOf([photoOf(Buffer.concat([Buffer.of(0), dice.bytes(2000)]))]), { token }),
  'the beginning of a photo': (dice, { photo, token }) =>
    request('POST /people', formOf([photoOf(photo.subarray(0, dice.below(100)))]), { token }),
  'a photo of another type': (dice, { photo, token }) => {
    const type = dice.pick(['text/html', 'image/png', 'image/svg+xml', 'application/json', 'image/*', dice.letters(8)]);
    return request('POST /people', formOf([{ ...photoOf(photo), type }]), { token });
  },
  'a strange field': (dice, { photo, token }) => {
    const field = dice.pick<Part>([
      { name: dice.pick(nasty), value: '1' },
      { name: 'photos', value: 'text' },
      { name: dice.pick(['effort', 'mesh', 'patient', 'seed']), value: dice.pick(nasty) + ' ' },
    ]);
    return request('POST /people', formOf(dice.below(2) ? [photoOf(photo), field] : [field, photoOf(photo)]), {
      token,
    });
  },
  'a photo in another field': (dice, { photo, token }) =>
    request('POST /people', formOf([{ ...photoOf(photo), name: dice.pick(nasty) }]), { token }),
  'too many photos': (_, { photo, token }) =>
    request('POST /people', formOf(Array.from({ length: 4 }, () => photoOf(photo))), { token }),
  'too many pixels': (_, { token }) =>
    request('POST /people', formOf([{ ...photoOf(bomb), type: 'image/png' }]), { token }),
  'a promise of too many bytes': (dice, { photo, token }) =>
    request('POST /people', formOf([photoOf(photo)]), { token, length: 700 * 2 ** 20 + dice.below(1e9) }),
  'a strange address': (dice, { token }) => {
    const id = dice.letters(22);
    const tail = encodeURI(dice.pick(nasty)).replaceAll('%25', '%');
    const path = dice.pick([
      `/people/${tail}`,
      `/people/${tail}/head`,
      `/people/${id}`,
      `/people/${id}/head`,
      `/people/${id}/${tail}`,
      `/${tail}`,
      `/people/${id}/../${id}/events`,
    ]);
    return request(`${dice.pick(['GET', 'DELETE', 'POST'])} ${path}`, Buffer.alloc(0), { token });
  },
  'another method': (dice, { token }) =>
    request(`${dice.pick(['PUT', 'PATCH', 'DELETE', 'SEARCH', 'PROPFIND', 'GET'])} /people`, Buffer.alloc(0), {
      token,
    }),
  'another kind of body': (dice, { token }) => {
    const type = dice.pick(['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'application/xml']);
    const body = dice.pick(['{"__proto__":{"a":1}}', '{', '[[[[', 'photos=1', '<!DOCTYPE x [<!ENTITY a "b">]>', '"x"']);
    return request('POST /people', Buffer.from(body), { token, type });
  },
  'a token that is none': (dice, { photo, token }) => {
    const wrong = dice.pick([
      `${token}x`,
      token.slice(1),
      dice.letters(30),
      '',
      'null',
      `${token} ${token}`,
      'a'.repeat(5000),
    ]);
    return request(
      dice.pick(['POST /people', `GET /people/${dice.letters(22)}`, 'GET /metrics']),
      formOf([photoOf(photo)]),
      { token: wrong },
    );
  },
  'what is no HTTP': (dice, { token }) => {
    const rest = `host: door\r\nauthorization: Bearer ${token}\r\n`;
    const line = 'POST /people HTTP/1.1\r\n';
    return Buffer.from(
      dice.pick([
        `${dice.letters(12)}\r\n\r\n`,
        `GET /people HTTP/9.9\r\n${rest}\r\n`,
        `GET  HTTP/1.1\r\n${rest}\r\n`,
        `${line}${rest}no colon\r\n\r\n`,
        `${line}${rest}a: \0\r\n\r\n`,
        `${line}${rest}a: ${'b'.repeat(20_000)}\r\n\r\n`,
        `${line}${rest}content-length: 5\r\ncontent-length: 6\r\n\r\nhello!`,
        `${line}${rest}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\nhello`,
        `${line}${rest}content-length: -5\r\n\r\n`,
        `${line}${rest}content-length: 0x5\r\n\r\nhello`,
        `${line}${rest}content-type: ${multipart}\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n`,
      ]),
      'latin1',
    );
  },
};

/** The nth malformed request: always the same. */
export function malformedRequest(n: number, given: Given): { readonly kind: string; readonly bytes: Buffer } {
  const names = Object.keys(kinds);
  const kind = names[n % names.length]!;
  return { kind, bytes: kinds[kind]!(new Dice(n), given) };
}
