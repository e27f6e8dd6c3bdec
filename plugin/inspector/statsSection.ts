import type { HeadImage } from '../image/headImage.js';
import { HeadScheduler } from '../image/headScheduler.js';
import type { PersonalizedHeadMesh } from '../node/members.js';
import { headOf } from './headOf.js';
import { lastErrorOf } from './lastError.js';
import type { HeadRow, HeadSection, TextRow } from './row.js';

const imageOf = (head: PersonalizedHeadMesh): HeadImage | null => headOf(head)?.image ?? null;

/** A row about the neural image. */
const ofImage = (label: string, write: (image: HeadImage) => string, description?: string): TextRow => ({
  kind: 'text',
  label,
  ...(description === undefined ? {} : { description }),
  get: (head) => {
    const image = imageOf(head);
    return image ? write(image) : 'no image';
  },
});

function writePicture({ texture, showsImage }: HeadImage): string {
  const { width, height } = texture.getSize();
  return showsImage ? `${width} × ${height}` : 'none';
}

function writeState(head: PersonalizedHeadMesh): string {
  const controller = headOf(head)!;
  if (controller.loading) return 'loading';
  if (!controller.isReady()) return 'not loaded';
  return controller.showsImage ? 'neural image' : 'textured mesh';
}

const rows: readonly HeadRow[] = [
  { kind: 'text', label: 'shown', get: writeState },
  ofImage('picture', writePicture, 'Pixels of the picture that the first camera sees.'),
  ofImage('pictures taken', ({ renders }) => `${renders}`),
  ofImage('networks run', ({ version }) => `${version}`, 'How often the face changed, and its planes were made anew.'),
  ofImage('active', ({ active }) => (active ? 'yes' : 'no'), 'Has it planes, or is its mesh shown?'),
  ofImage('own GPU memory', ({ gpuBytes }) => `${(gpuBytes / 2 ** 20).toFixed(2)} MiB`, 'Planes and pictures.'),
  {
    kind: 'text',
    label: 'active heads',
    get: (head) => {
      const { activeHeads, maxActiveHeads } = HeadScheduler.Of(head.getScene());
      return `${activeHeads} of at most ${maxActiveHeads}`;
    },
  },
  { kind: 'text', label: 'last error', get: (head) => lastErrorOf(headOf(head)!)?.message ?? 'none' },
];

/** What it does and takes. */
export const statsSection: HeadSection = { name: 'Stats', rows: () => rows };
