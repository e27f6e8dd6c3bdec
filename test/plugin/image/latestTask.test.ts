import { expect, test } from '@jest/globals';
import { LatestTask } from '../../../plugin/image/latestTask.js';

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

test('values given in one go are one, and while one runs only the newest waits', async () => {
  const ran: number[] = [];
  const task = new LatestTask<number>(async (value) => {
    ran.push(value);
    await tick();
  });
  const first = [task.run(1), task.run(2)];
  await Promise.resolve();
  await Promise.resolve();
  await Promise.all([...first, task.run(3), task.run(4), task.run(5)]);
  expect(ran).toEqual([2, 5]);
  await task.run(6);
  expect(ran).toEqual([2, 5, 6]);
  await task.settled();
});

test('a failure is told, unless something newer went well, and does not stop what follows', async () => {
  const task = new LatestTask<boolean>(async (fails) => {
    await tick();
    if (fails) throw new Error('no');
  });
  await expect(task.run(true)).rejects.toThrow('no');
  const failing = task.run(true);
  await Promise.resolve();
  await Promise.resolve();
  await Promise.all([failing, task.run(false)]);
  await task.run(false);
});

test('a task waits for its turn, and begins with the newest value', async () => {
  const ran: number[] = [];
  const turns: (() => void)[] = [];
  const task = new LatestTask<number>(
    (value) => Promise.resolve(void ran.push(value)),
    () => new Promise((go) => turns.push(go)),
  );
  const done = task.run(1);
  // Asked for at once.
  expect(turns).toHaveLength(1);
  void task.run(2);
  await tick();
  expect([ran, turns.length, task.busy]).toEqual([[], 1, true]);
  turns[0]!();
  await done;
  expect([ran, turns.length, task.busy]).toEqual([[2], 1, false]);
});
