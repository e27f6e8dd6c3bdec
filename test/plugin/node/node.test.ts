import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from '@jest/globals';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import { CreatePersonalizedHeadAsync, type PersonalizedHeadMesh } from '../../../plugin/index.js';
import { serve } from './files.js';

let engine: NullEngine;
let scene: Scene;
beforeAll(() => {
  serve();
  engine = new NullEngine();
});
afterAll(() => engine.dispose());
beforeEach(() => {
  scene = new Scene(engine);
  new FreeCamera('camera', new Vector3(0, 0, -3), scene);
});
afterEach(() => scene.dispose());

const alice = (): Promise<PersonalizedHeadMesh> => CreatePersonalizedHeadAsync('alice', 'heads/alice.head', scene);

describe('a head', () => {
  test('is a plain mesh with 52 morph targets', async () => {
    const head = await alice();
    expect(head.getClassName()).toBe('Mesh');
    expect(head.morphTargetManager!.numTargets).toBe(52);
    head.expression.jawOpen = 0.5;
    expect(head.morphTargetManager!.getTargetByName('jawOpen')!.influence).toBe(0.5);
    console.log(JSON.stringify(head.metadata), head.getTotalVertices());
    scene.render();
    const clone = head.clone('bob') as PersonalizedHeadMesh;
    clone.expression.jawOpen = 0.1;
    expect(head.expression.jawOpen).toBe(0.5);
    console.log(clone.id, clone.getChildren().map(c=>c.id), clone.getDescendants().map(c=>c.id));
  });
});
