import { expressionSection } from './expressionSection.js';
import { identitySection } from './identitySection.js';
import { poseSection } from './poseSection.js';
import { qualitySection } from './qualitySection.js';
import type { HeadSection } from './row.js';
import { statsSection } from './statsSection.js';

/** What the Inspector's properties pane has for a head, in this order. */
export const headSections: readonly HeadSection[] = [
  identitySection,
  expressionSection,
  poseSection,
  qualitySection,
  statsSection,
];
