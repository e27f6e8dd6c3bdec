import { AssetError } from '../../../runtime/core/errors.js';
import type { FaceJudge } from '../judge.js';
import { faceApiJudge } from './faceApi.node.js';
import { humanJudge } from './human.node.js';

/**
 * The judges whose packages are installed; they are tools of development.
 * @param onMissing told what is missing and how to install it
 * @throws what a judge throws that is installed and damaged
 */
export async function installedJudges(onMissing: (message: string) => void): Promise<FaceJudge[]> {
  const judges: FaceJudge[] = [];
  for (const open of [faceApiJudge, humanJudge]) {
    try {
      judges.push(await open());
    } catch (error) {
      if (!(error instanceof AssetError) || error.code !== 'judge/missing') throw error;
      onMissing(error.message);
    }
  }
  return judges;
}
