import { expect, it } from 'vitest';
import { SendWindow } from '../../../src/activities/send-window.ts';

/** How many full requests may be in flight. */
function widthOf(window: SendWindow, now = 0): number {
  let width = 0;
  while (window.allows(width, true, now)) width += 1;
  return width;
}

/** The topic takes as many requests as may be in flight. */
function takeAll(window: SendWindow): void {
  for (let left = widthOf(window); left > 0; left -= 1) window.taken(0);
}

it('is 8 requests wide, and 32 when they are full', () => {
  const window = new SendWindow();
  expect(widthOf(window)).toBe(32);
  expect([window.allows(7, false, 0), window.allows(8, false, 0)]).toEqual([true, false]);
});

it('halves what was in flight when the topic throttles, down to one request', () => {
  const window = new SendWindow();
  const widths = [20, 10, 5, 2, 1].map((inFlight, index) => {
    window.throttled(inFlight, index * 1_000);
    return widthOf(window, index * 1_000);
  });
  expect(widths).toEqual([10, 5, 2, 1, 1]);
});

it('halves once for a burst, however many requests of it are throttled', () => {
  const window = new SendWindow();
  for (let inFlight = 32; inFlight > 20; inFlight -= 1) window.throttled(inFlight, 5_000 + inFlight);
  expect(widthOf(window, 5_100)).toBe(16);
});

it('widens by about one request for each window that the topic takes, up to where it began', () => {
  const window = new SendWindow();
  window.throttled(8, 0);
  const widths = Array.from({ length: 4 }, () => {
    takeAll(window);
    return widthOf(window);
  });
  expect(widths).toEqual([4, 5, 6, 7]);
  for (let turn = 0; turn < 40; turn += 1) takeAll(window);
  expect(widthOf(window)).toBe(32);
});

it('is as wide as at first when nothing was throttled for ten seconds, also if nothing was taken', () => {
  const window = new SendWindow();
  window.throttled(1, 0);
  expect([widthOf(window, 10_000), widthOf(window, 10_001)]).toEqual([1, 32]);
});

it('knows for two seconds that the topic takes events', () => {
  const window = new SendWindow();
  expect(window.isMoving(0)).toBe(false);
  window.taken(1_000);
  expect([window.isMoving(1_000), window.isMoving(3_000), window.isMoving(3_001)]).toEqual([
    true,
    true,
    false,
  ]);
});
