import { expect, it } from 'vitest';
import { SendWindow } from '../../../src/activities/send-window.ts';

/** How many full requests may be in flight. */
function widthOf(window: SendWindow): number {
  let width = 0;
  while (window.allows(width, true)) width += 1;
  return width;
}

/** The topic takes as many requests as may be in flight. */
function takeAll(window: SendWindow): void {
  for (let left = widthOf(window); left > 0; left -= 1) window.taken(0);
}

it('is 8 requests wide, and 32 when they are full', () => {
  const window = new SendWindow();
  expect(widthOf(window)).toBe(32);
  expect([window.allows(7, false), window.allows(8, false)]).toEqual([true, false]);
});

it('halves what was in flight when the topic throttles, down to one request', () => {
  const window = new SendWindow();
  const widths = [20, 10, 5, 2, 1].map((inFlight) => {
    window.throttled(inFlight);
    return widthOf(window);
  });
  expect(widths).toEqual([10, 5, 2, 1, 1]);
});

it('widens by about one request for each window that the topic takes, up to where it began', () => {
  const window = new SendWindow();
  window.throttled(8);
  const widths = Array.from({ length: 4 }, () => {
    takeAll(window);
    return widthOf(window);
  });
  expect(widths).toEqual([4, 5, 6, 7]);
  for (let turn = 0; turn < 40; turn += 1) takeAll(window);
  expect(widthOf(window)).toBe(32);
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
