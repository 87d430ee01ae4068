import { setTimeout as sleep } from 'node:timers/promises';
import { HEARTBEAT_TIMEOUT_MS } from '../../src/common/defaults.ts';
import type { FaultPlan } from './fault-plan.ts';
import { between, pick, seeded } from './prng.ts';
import type { TemporalProcess } from './temporal-process.ts';
import type { Workers } from './workers.ts';

/** How often each thing happens in a round. */
export interface Incidents {
  /** Times that one worker process, or both at once, is killed. */
  readonly kills: number;
  /** Times that the Temporal server is killed and started again. */
  readonly restarts: number;
  /** Times that SNS refuses everything for a moment. */
  readonly spells: number;
  /** Times that a worker process is stopped for longer than Temporal waits, and goes on as if nothing had been. */
  readonly freezes: number;
}

export interface ChaosOptions {
  readonly seed: number;
  readonly events: number;
  readonly incidents: Incidents;
  readonly plan: FaultPlan;
  readonly workers: Workers;
  readonly temporal: TemporalProcess;
  /** Events published so far. */
  acknowledged(): number;
  report(line: string): void;
}

type Incident = (signal: AbortSignal) => Promise<void>;

const PLACES = [0, 1];
const MAX_SPELL_MS = 2_000;
const MAX_DOWN_MS = 1_500;
/** Another worker has taken over by then. */
const FREEZE_MS = HEARTBEAT_TIMEOUT_MS + 3_000;

/** Makes the incidents happen, one after the other, each when a seeded part of the events has been published. */
export class Chaos {
  readonly #options: ChaosOptions;
  readonly #random: () => number;
  readonly restarts: { from: number; to: number }[] = [];
  spells = 0;

  constructor(options: ChaosOptions) {
    this.#options = options;
    this.#random = seeded(options.seed, 'chaos');
  }

  /** Resolves after the last incident. */
  async run(signal: AbortSignal): Promise<void> {
    for (const { after, happen } of this.#schedule()) {
      while (this.#options.acknowledged() < after) await sleep(5, undefined, { signal });
      signal.throwIfAborted();
      await happen(signal);
    }
  }

  /** Not near the end: something must be left to do. */
  #schedule(): { after: number; happen: Incident }[] {
    const { events, incidents } = this.#options;
    const times = (count: number, happen: Incident) => Array.from({ length: count }, () => happen);
    return [
      ...times(incidents.kills, () => this.#killWorkers()),
      ...times(incidents.restarts, () => this.#restartTemporal()),
      ...times(incidents.spells, () => this.#spell()),
      ...times(incidents.freezes, (signal) => this.#freezeWorker(signal)),
    ]
      .map((happen) => ({ after: Math.floor(events * (0.05 + 0.7 * this.#random())), happen }))
      .sort((one, other) => one.after - other.after);
  }

  async #killWorkers(): Promise<void> {
    const { workers, report } = this.#options;
    const places = this.#random() < 0.25 ? PLACES : [pick(this.#random, PLACES)];
    const pause = between(this.#random, 0, 1_000);
    report(places.length > 1 ? 'both workers are killed' : 'a worker is killed');
    await Promise.all(places.map((place) => workers.kill(place)));
    await sleep(pause);
    await Promise.all(places.map((place) => workers.start(place)));
  }

  async #freezeWorker(signal: AbortSignal): Promise<void> {
    const { workers, report } = this.#options;
    const place = pick(this.#random, PLACES);
    while (!workers.freeze(place)) await sleep(5, undefined, { signal });
    report(`a worker is frozen for ${FREEZE_MS} ms`);
    await sleep(FREEZE_MS);
    workers.thaw(place);
    report('it goes on');
  }

  async #restartTemporal(): Promise<void> {
    const { temporal, report } = this.#options;
    const down = between(this.#random, 0, MAX_DOWN_MS);
    report('Temporal is killed');
    const from = Date.now();
    await temporal.kill();
    await sleep(down);
    await temporal.start();
    this.restarts.push({ from, to: Date.now() });
    report(`Temporal answers again after ${Date.now() - from} ms`);
  }

  async #spell(): Promise<void> {
    const { plan, report } = this.#options;
    const fault = pick(this.#random, ['InternalError', 'Throttled', 'reset'] as const);
    const ms = between(this.#random, MAX_SPELL_MS / 4, MAX_SPELL_MS);
    report(`SNS answers everything with ${fault} for ${ms} ms`);
    this.spells += 1;
    plan.beginSpell(fault);
    await sleep(ms);
    plan.endSpell();
  }
}
