import { describe, expect, test } from '@jest/globals';
import { AssetError, HeadError, NumericError, ShapeError } from '../../runtime/core/errors.js';
import {
  anchorsOf,
  anchorsOfPerson,
  layerAlphas,
  mixAnchorLayers,
  mixAnchors,
} from '../../runtime/latent/alpha/anchors.js';
import { anchorsAt } from './alphaFixtures.js';

const layered = anchorsOf({ dims: [2, 2, 2], data: Float32Array.of(1, 2, 3, 4, 10, 20, 30, 40) });

describe('mixAnchors', () => {
  test('one anchor as it is, layers and all', () => {
    expect(mixAnchors(layered, [0, 1])).toEqual({ dims: [2, 2], data: Float32Array.of(10, 20, 30, 40) });
  });

  test('weighted sums', () => {
    expect(mixAnchors(layered, [2, -0.5]).data).toEqual(Float32Array.of(-3, -6, -9, -12));
  });

  test('one row for as many layers as asked', () => {
    const anchors = anchorsAt([1, 2], [3, 6]);
    expect(mixAnchors(anchors, [0.5, 0.5])).toEqual({ dims: [1, 2], data: Float32Array.of(2, 4) });
    expect(mixAnchors(anchors, [0.5, 0.5], 3)).toEqual({ dims: [3, 2], data: Float32Array.of(2, 4, 2, 4, 2, 4) });
  });

  test('weights of their own for every layer', () => {
    expect(mixAnchorLayers(layered, [Float64Array.of(1, 0), Float64Array.of(0, 1)]).data).toEqual(
      Float32Array.of(1, 2, 30, 40),
    );
    const alphas = layerAlphas([0.25, 0.75], [Float64Array.of(0, 0), Float64Array.of(0.75, -0.75)]);
    expect(alphas).toEqual([Float64Array.of(0.25, 0.75), Float64Array.of(1, 0)]);
    expect(mixAnchorLayers(anchorsAt([4, 0], [0, 4]), alphas).data).toEqual(Float32Array.of(1, 3, 4, 0));
  });
});

describe('errors', () => {
  const person = (ws?: { dims: number[]; data: Float32Array }) => () =>
    anchorsOfPerson({ tensors: new Map(ws && [['anchors', ws]]) });

  test.each<[string, () => unknown, new (...given: never[]) => HeadError, string]>([
    ['a person without anchors', person(), AssetError, 'at least one, got none'],
    ['no anchor', person({ dims: [0, 1, 4], data: new Float32Array(0) }), AssetError, 'at least one, got [0, 1, 4]'],
    ['two sizes', person({ dims: [1, 4], data: new Float32Array(4) }), ShapeError, 'expected [*, *, *], got [1, 4]'],
    ['NaN', person({ dims: [1, 1, 2], data: Float32Array.of(0, NaN) }), NumericError, 'value 1 is NaN'],
    ['too few weights', () => mixAnchors(layered, [1]), ShapeError, 'expected 2 weights, one an anchor, got 1'],
    ['a weight of NaN', () => mixAnchors(layered, [1, NaN]), NumericError, 'weight 1 is NaN'],
    ['other layers', () => mixAnchors(layered, [1, 0], 3), ShapeError, 'expected 2 layers, got 3'],
    ['no layers', () => mixAnchorLayers(anchorsAt([1]), []), ShapeError, 'at least 1 layer, got 0'],
    ['deltas of others', () => layerAlphas([1, 0], [[1]]), ShapeError, 'delta: expected 2 weights'],
  ])('%s', (_, call, kind, message) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });

  test('a person’s anchors', () => {
    expect(person({ dims: [1, 1, 2], data: Float32Array.of(1, 2) })()).toMatchObject({ count: 1 });
  });
});
