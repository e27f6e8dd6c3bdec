import { dirname, join } from 'node:path';
import type { FaceJudge } from '../judge.js';
import { FaceApiJudge, type ExpressionNet, type LandmarkNet, type RecognitionNet } from './faceApi.js';
import { requireTool, resolveTool, startTensorFlow } from './tensorflow.node.js';

interface FromDisk {
  loadFromDisk(folder: string): Promise<void>;
}
interface FaceApi {
  readonly FaceLandmark68Net: new () => LandmarkNet & FromDisk;
  readonly FaceExpressionNet: new () => ExpressionNet & FromDisk;
  readonly FaceRecognitionNet: new () => RecognitionNet & FromDisk;
}

const moduleName = '@vladmandic/face-api/dist/face-api.node-wasm.js';

/**
 * `FaceApiJudge` from the package @vladmandic/face-api.
 * @throws AssetError where the package is not installed
 */
export async function faceApiJudge(): Promise<FaceJudge> {
  const tf = await startTensorFlow();
  const api = requireTool(moduleName) as FaceApi;
  const folder = join(dirname(resolveTool(moduleName)), '../model');
  const [landmarks, expressions, recognition] = [
    new api.FaceLandmark68Net(),
    new api.FaceExpressionNet(),
    new api.FaceRecognitionNet(),
  ];
  await Promise.all([landmarks, expressions, recognition].map((net) => net.loadFromDisk(folder)));
  return new FaceApiJudge(tf, landmarks, expressions, recognition);
}
