import { HeadScheduler } from '../image/headScheduler.js';
import { headOf } from './headOf.js';
import { memberRow, type HeadRow, type HeadSection, type NumberRow } from './row.js';

/** What all heads of the scene share. */
const shared = (
  key: 'maxActiveHeads' | 'budgetMs' | 'maxPictures',
  range: Pick<NumberRow, 'min' | 'max' | 'step' | 'open' | 'description'>,
): NumberRow => ({
  kind: 'number',
  label: key,
  get: (head) => HeadScheduler.Of(head.getScene())[key],
  set: (head, value) => (HeadScheduler.Of(head.getScene())[key] = value),
  ...range,
});

const rows: readonly HeadRow[] = [
  {
    kind: 'switch',
    label: 'neural image',
    description: 'Off: the textured mesh is shown.',
    get: (head) => headOf(head)!.imageEnabled,
    set: (head, on) => (headOf(head)!.imageEnabled = on),
  },
  {
    kind: 'switch',
    label: 'automatic scale',
    description: 'As many pixels as the frame rate allows.',
    stored: { path: 'renderScale', owner: (head) => head, key: 'renderScale' },
    get: (head) => head.renderScale === 'auto',
    set: (head, on) => (head.renderScale = on ? 'auto' : 1),
  },
  {
    kind: 'number',
    label: 'renderScale',
    description: 'Pixels of the image for a pixel of the screen.',
    min: 0.1,
    max: 2,
    step: 0.05,
    stored: { path: 'renderScale', owner: (head) => head, key: 'renderScale' },
    get: (head) => (head.renderScale === 'auto' ? 1 : head.renderScale),
    set: (head, scale) => (head.renderScale = scale),
  },
  memberRow('exposure', { min: 0, max: 3, step: 0.01 }),
  { kind: 'heading', label: 'All heads of the scene' },
  shared('maxActiveHeads', { min: 0, max: 32, step: 1, open: true, description: 'Heads with an image at a time.' }),
  shared('budgetMs', {
    min: 0,
    max: 33,
    step: 0.5,
    open: true,
    description: 'Graphics time of a frame for new pictures.',
  }),
  shared('maxPictures', { min: 1, max: 8, step: 1, open: true, description: 'Cameras with a picture of their own.' }),
];

/** How finely it is shown, and what that may cost. */
export const qualitySection: HeadSection = { name: 'Quality', rows: () => rows };
