/** What happens when, in simulated milliseconds: a binary heap. What is due at the same time happens in the order in which it was added. */
export class Agenda {
  readonly #heap: { readonly at: number; readonly number: number; readonly act: () => void }[] = [];
  #added = 0;
  #now = 0;

  get now(): number {
    return this.#now;
  }

  at(time: number, act: () => void): void {
    this.#added += 1;
    this.#heap.push({ at: time, number: this.#added, act });
    this.#rise(this.#heap.length - 1);
  }

  after(delay: number, act: () => void): void {
    this.at(this.#now + delay, act);
  }

  /** Until nothing is left to happen. */
  run(): void {
    for (let next = this.#take(); next; next = this.#take()) {
      this.#now = next.at;
      next.act();
    }
  }

  #take(): { readonly at: number; readonly act: () => void } | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined || this.#heap.length === 0) return first;
    this.#heap[0] = last;
    this.#sink(0);
    return first;
  }

  #rise(from: number): void {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(from: number): void {
    for (let index = from; ; ) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      const child = right < this.#heap.length && this.#isBefore(right, left) ? right : left;
      if (child >= this.#heap.length || !this.#isBefore(child, index)) return;
      this.#swap(index, child);
      index = child;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (!first || !second) return false;
    return first.at < second.at || (first.at === second.at && first.number < second.number);
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (!first || !second) return;
    this.#heap[a] = second;
    this.#heap[b] = first;
  }
}
