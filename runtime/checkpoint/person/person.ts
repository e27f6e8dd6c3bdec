import { AssetError } from '../../core/errors.js';
import { maxHalf } from '../../core/half.js';
import { formatDims, type Tensor } from '../../core/tensor.js';
import type { Base } from '../base/base.js';
import type { ByteSource } from '../byteSource.js';
import { isPacked, packTensors, unpackTensors } from './personPack.js';
import { checkPersonTensors, type LoraConvention, type PersonTensors } from './personTensors.js';
import { kindOfStart, openSafetensors, type Safetensors } from '../safetensors/safetensors.js';
import { encodeValues, expectFinite, planSafetensors } from '../safetensors/safetensorsEncode.js';
import { expectGiven } from '../../core/given.js';

/**
 * A person: what tells their head from the base's. Tensor names:
 *
 * - `<layer>.lora_A`, `<layer>.lora_B`, `<layer>.affine.lora_A`, `<layer>.affine.lora_B`, where a layer is named as in
 *   the base, e.g. `backbone.synthesis.b8.conv0`
 * - `<layer>.noise_const.lora_A`, `<layer>.noise_const.lora_B`, where the base has a learned map [O, H, W]
 * - `set.<name>`: replaces a tensor of the base (biases, noise strengths, the constant input)
 * - `anchors` [n, num_ws or 1, w], `neutral` [w]
 * - any other name is kept as it is, except `packed` and `index`, which the file itself uses
 */
export interface PersonFile extends PersonTensors {
  /** Hash of the base it was trained on. */
  readonly baseHash: string;
  /** The change is scaled by alpha / rank. */
  readonly alpha: number;
  /** Further texts, such as a name or a date; not the fields above. */
  readonly metadata: ReadonlyMap<string, string>;
}

export const personFormat = 'personalized-head/person';
/** 1: every tensor under its own name. 2: factors and replacements packed, see personPack.ts. */
const versions: ReadonlySet<string | undefined> = new Set(['1', '2']);
const version = '2';
/** A person takes half a megabyte; this is room for many anchors, and a bound for foreign files. */
const maxBytes = 64 * 1024 * 1024;
const packNames: ReadonlySet<string> = new Set(['packed', 'index']);
const ownFields: ReadonlySet<string> = new Set(['format', 'version', 'base', 'convention', 'alpha', 'rank']);

/**
 * Reads a `.head` file. With `base`, also checks that it was made for that base and that every tensor fits it.
 * @throws AssetError for a damaged or foreign file or another base's person, ShapeError, NumericError
 */
export async function readPerson(source: ByteSource, base?: Pick<Base, 'hash' | 'tensors'>): Promise<PersonFile> {
  expectGiven('readPerson', 'source', source);
  if (base !== undefined) expectGiven('readPerson', 'base', { config: {}, ...base });
  if (source.size > maxBytes) throw foreign(`a file of at most ${maxBytes} bytes`, `${source.size}`);
  const head = await source.read(0, Math.min(9, source.size));
  if (head[8] !== 0x7b) throw foreign('a .head file (safetensors)', kindOfStart(head.length));
  const file = await openSafetensors(source);
  const { metadata } = file;
  if (metadata.get('format') !== personFormat) {
    throw foreign(`format "${personFormat}"`, `"${metadata.get('format') ?? 'none'}"`);
  }
  if (!versions.has(metadata.get('version'))) {
    throw foreign(`version ${[...versions].join(' or ')}`, metadata.get('version') ?? 'none', 'asset/version');
  }
  const baseHash = metadata.get('base') ?? '';
  if (!/^[0-9a-f]{64}$/.test(baseHash)) throw foreign("its base's hash", `"${baseHash.slice(0, 80)}"`);
  if (base && base.hash !== baseHash) {
    throw new AssetError(
      'asset/base',
      `person: expected a person of base ${base.hash}, got one of ${baseHash}. ` +
        'Load the base this person was made with, or personalize again.',
    );
  }
  const tensors = await readTensors(file);
  for (const [name, { data }] of tensors) expectFinite(name, data);
  const person: PersonFile = {
    baseHash,
    convention: parseConvention(metadata.get('convention')),
    alpha: parseNumber(metadata, 'alpha'),
    ...(metadata.has('rank') && { rank: parseNumber(metadata, 'rank') }),
    tensors,
    metadata: new Map([...metadata].filter(([key]) => !ownFields.has(key))),
  };
  checkPerson(person);
  checkPersonTensors(person, base?.tensors);
  return person;
}

/** Every tensor under its own name, those of a packed file in the order of an unpacked one. */
async function readTensors(file: Safetensors): Promise<Map<string, Tensor>> {
  const { entries, metadata } = file;
  const packs = metadata.get('version') !== '1';
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of entries) {
    if (!packs || !packNames.has(name)) tensors.set(name, await entry.read());
  }
  if (!packs) return tensors;
  const packed = await entries.get('packed')?.read();
  if (!packed) throw foreign('its packed tensors', 'none');
  const { data: index } = await file.integers('index', 'U8');
  for (const [name, tensor] of unpackTensors({ packed, index: Uint8Array.from(index) })) tensors.set(name, tensor);
  return new Map([...tensors].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The bytes of a `.head` file; values become float16.
 * @throws AssetError or ShapeError if the person is not one, NumericError if a value does not fit float16
 */
export function encodePerson(person: PersonFile): Uint8Array<ArrayBuffer> {
  expectGiven('encodePerson', 'personFile', person);
  checkPerson(person);
  checkPersonTensors(person);
  const own = [...person.tensors].filter(([name]) => !isPacked(name));
  for (const [name, tensor] of person.tensors) expectFinite(name, tensor.data, maxHalf);
  const { packed, index } = packTensors(new Map([...person.tensors].filter(([name]) => isPacked(name))));
  const stored = new Map([...own, ['packed', packed] as const]);
  const plan = planSafetensors(
    [
      ...[...stored].map(([name, { dims }]) => ({ name, dims })),
      { name: 'index', dims: [index.length], dtype: 'U8' as const },
    ],
    'F16',
    new Map([
      ...[...person.metadata].filter(([key]) => !ownFields.has(key)),
      ['format', personFormat],
      ['version', version],
      ['base', person.baseHash],
      ['convention', person.convention],
      ['alpha', String(person.alpha)],
      ...(person.rank === undefined ? [] : [['rank', String(person.rank)] as const]),
    ]),
  );
  const bytes = new Uint8Array(plan.size);
  bytes.set(plan.header);
  for (const [name, tensor] of stored) bytes.set(encodeValues(name, tensor, 'F16'), plan.offsets.get(name));
  bytes.set(index, plan.offsets.get('index'));
  return bytes;
}

function checkPerson({ baseHash, alpha, rank, tensors }: PersonFile): void {
  for (const name of packNames)
    if (tensors.has(name)) throw foreign(`another name than ${name}`, 'that of the file’s own');
  if (!/^[0-9a-f]{64}$/.test(baseHash)) throw foreign("its base's hash", `"${baseHash.slice(0, 80)}"`);
  if (!(alpha > 0 && alpha < Infinity)) throw foreign('alpha greater than 0', `${alpha}`);
  if (rank !== undefined && !(Number.isInteger(rank) && rank > 0)) throw foreign('a whole rank', `${rank}`);
  const neutral = tensors.get('neutral');
  if (neutral && neutral.dims.length !== 1) throw foreign('neutral [w]', formatDims(neutral.dims));
  const anchors = tensors.get('anchors');
  if (anchors && anchors.dims.length !== 3) throw foreign('anchors [n, num_ws or 1, w]', formatDims(anchors.dims));
}

function parseConvention(text: string | undefined): LoraConvention {
  if (text === 'my3dgen' || text === 'standard') return text;
  throw foreign('convention "my3dgen" or "standard"', `"${text ?? 'none'}"`);
}

function parseNumber(metadata: ReadonlyMap<string, string>, key: string): number {
  const text = metadata.get(key) ?? '';
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw foreign(`a number ${key}`, `"${text}"`);
  return value;
}

function foreign(expected: string, got: string, code = 'asset/person'): AssetError {
  return new AssetError(code, `person: expected ${expected}, got ${got}. Choose a .head file.`);
}
