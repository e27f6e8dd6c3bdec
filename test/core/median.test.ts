import { expect, test } from '@jest/globals';
import { median, upperMedian } from '../../runtime/core/median.js';

test('of an odd count both are the middle value', () => {
  const values = [3, -1, 2];
  expect([median(values), upperMedian(values)]).toEqual([2, 2]);
  expect(values).toEqual([3, -1, 2]);
});

test('of an even count one is the mean of the middle two, the other the upper of them', () => {
  expect([median([4, 1, 10, 2]), upperMedian([4, 1, 10, 2])]).toEqual([3, 4]);
});

test('of none both are no number', () => {
  expect([median([]), upperMedian([])]).toEqual([NaN, NaN]);
});
