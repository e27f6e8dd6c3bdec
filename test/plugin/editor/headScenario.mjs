// What a head must live through on every Babylon, without graphics: created, cloned, saved, loaded, played.
/* global Response */

/**
 * @param babylon Babylon's classes, from whichever build
 * @param plugin this package, on that build
 * @param proxy the bytes of a base's mesh
 * @param more what else to do with the first head; its results are added
 * @returns what was seen
 */
export async function headScenario(babylon, plugin, proxy, more = () => ({})) {
  globalThis.fetch = async (url) =>
    url === 'public/base.proxy.safetensors' ? new Response(proxy) : new Response('', { status: 404 });
  const engine = new babylon.NullEngine();
  const scene = new babylon.Scene(engine);
  new babylon.FreeCamera('camera', new babylon.Vector3(0, 0, -3), scene);
  const head = await plugin.CreatePersonalizedHeadAsync('alice', 'public/base.safetensors', scene);
  head.expression.mouthSmileLeft = 0.5;
  head.pose.yaw = 0.25;
  const group = new babylon.AnimationGroup('talk', scene);
  const animation = new babylon.Animation('jaw', 'expression.jawOpen', 60, babylon.Animation.ANIMATIONTYPE_FLOAT);
  animation.setKeys([
    { frame: 0, value: 0 },
    { frame: 60, value: 1 },
  ]);
  group.addTargetedAnimation(animation, head);
  const clone = head.clone('bob');
  clone.expression.mouthSmileLeft = 1;
  scene.render();
  const saved = babylon.SceneSerializer.Serialize(scene);

  const other = new babylon.Scene(engine);
  await babylon.SceneLoader.AppendAsync('', `data:${JSON.stringify(saved)}`, other, undefined, '.babylon');
  const loaded = other.getMeshByName('alice');
  const played = other.getAnimationGroupByName('talk');
  played.start();
  played.pause();
  played.goToFrame(30);
  other.render();
  await loaded.whenReadyAsync();
  const seen = {
    version: babylon.NullEngine.Version,
    isMesh: loaded instanceof babylon.Mesh,
    className: loaded.getClassName(),
    targets: loaded.morphTargetManager.numTargets,
    moved: loaded.morphTargetManager.getTargetByName('jawOpen').getPositions().length > 0,
    smile: loaded.expression.mouthSmileLeft,
    cloneSmile: other.getMeshByName('bob').expression.mouthSmileLeft,
    yaw: loaded.pose.yaw,
    jaw: loaded.expression.jawOpen,
    // They are megabytes, and the same for all heads of a base.
    savedPositions: saved.morphTargetManagers.flatMap(({ targets }) => targets.flatMap((each) => each.positions))
      .length,
    ready: plugin.PersonalizedHead.Of(loaded).isReady(),
    ...(await more(head)),
  };
  engine.dispose();
  return seen;
}
