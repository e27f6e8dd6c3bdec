/** As much of the judges' package as the identity meter uses; tools/judges has it. */
declare module '@vladmandic/face-api' {
  import type { TensorFlow } from '../../personalize/evaluation/judges/tensorflow.js';
  import type { ExpressionNet, LandmarkNet, RecognitionNet } from '../../personalize/evaluation/judges/faceApi.js';

  interface FromUri {
    loadFromUri(folder: string): Promise<void>;
  }
  export const tf: TensorFlow;
  export const FaceLandmark68Net: new () => LandmarkNet & FromUri;
  export const FaceExpressionNet: new () => ExpressionNet & FromUri;
  export const FaceRecognitionNet: new () => RecognitionNet & FromUri;
}
