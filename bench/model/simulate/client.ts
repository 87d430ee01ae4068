import type { SimulatedEvent, SimulatedPublisher } from './publisher.ts';

/** A process that publishes: one signal at a time to a publisher; calls meanwhile ride in the next. */
export class SimulatedClient {
  readonly #waiting = new Map<SimulatedPublisher, SimulatedEvent[]>();
  signals = 0;

  publish(event: SimulatedEvent, to: SimulatedPublisher): void {
    const waiting = this.#waiting.get(to);
    if (waiting) waiting.push(event);
    else this.#send([event], to);
  }

  #send(events: readonly SimulatedEvent[], to: SimulatedPublisher): void {
    this.signals += 1;
    this.#waiting.set(to, []);
    to.signal(events, () => {
      const next = this.#waiting.get(to) ?? [];
      if (next.length > 0) this.#send(next, to);
      else this.#waiting.delete(to);
    });
  }
}
