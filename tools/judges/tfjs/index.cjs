// Stands for the package @tensorflow/tfjs, 190 MB of which no judge uses: training, layers, data, WebGL.
const core = require('@tensorflow/tfjs-core');

Object.assign(exports, core, require('@tensorflow/tfjs-converter'));
require('@tensorflow/tfjs-backend-cpu');

// Operators as methods of tensors, which that package adds.
const { prototype } = core.Tensor;
for (const [name, operator] of Object.entries(core)) {
  if (typeof operator !== 'function' || !/^[a-z]/.test(name) || name in prototype) continue;
  prototype[name] = function (...parameters) {
    return operator(this, ...parameters);
  };
}
prototype.asScalar = function () {
  return core.reshape(this, []);
};
for (const rank of [1, 2, 3, 4, 5]) {
  prototype[`as${rank}D`] = function (...sizes) {
    return core.reshape(this, rank === 1 ? [this.size] : sizes);
  };
}
for (const [name, type] of [
  ['toBool', 'bool'],
  ['toFloat', 'float32'],
  ['toInt', 'int32'],
]) {
  prototype[name] = function () {
    return core.cast(this, type);
  };
}
for (const name of ['concat', 'stack']) {
  prototype[name] = function (others, axis) {
    return core[name]([this, ...[others].flat()], axis);
  };
}
