import {
  FaceApiJudge,
  type ExpressionNet,
  type LandmarkNet,
  type RecognitionNet,
} from '../../personalize/evaluation/judges/faceApi.js';
import type { TensorFlow } from '../../personalize/evaluation/judges/tensorflow.js';
import { IdentityMeter, type FaceShot } from '../../personalize/latent/identityMeter.js';
import { besidePage } from '../shared/address.js';

interface FromUri {
  loadFromUri(folder: string): Promise<void>;
}

/** As much of the judges' package as the identity meter uses. */
interface FaceApi {
  readonly tf: TensorFlow;
  readonly FaceLandmark68Net: new () => LandmarkNet & FromUri;
  readonly FaceExpressionNet: new () => ExpressionNet & FromUri;
  readonly FaceRecognitionNet: new () => RecognitionNet & FromUri;
}

const weights = besidePage('judge/');

/**
 * The identity meter in the page. Its networks are a development package (8 MB): they are fetched when they are asked for,
 * and from this page's own server.
 * @param reference the person's own face
 * @throws where the package was not there when the page was built
 */
export async function openMeter(reference: FaceShot): Promise<IdentityMeter> {
  const api = (await import('@vladmandic/face-api')) as FaceApi;
  const { tf } = api;
  if (!(await tf.setBackend('webgl').catch(() => false))) await tf.setBackend('cpu');
  await tf.ready();
  const [landmarks, expressions, recognition] = [
    new api.FaceLandmark68Net(),
    new api.FaceExpressionNet(),
    new api.FaceRecognitionNet(),
  ];
  await Promise.all([landmarks, expressions, recognition].map((net) => net.loadFromUri(weights)));
  const judge = new FaceApiJudge(tf, landmarks, expressions, recognition);
  return IdentityMeter.create([judge], [reference]);
}
