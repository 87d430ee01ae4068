/** One line of what Prometheus scrapes. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a process shows to Prometheus now. */
export async function scrape(port: number): Promise<Scraped> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  return new Scraped(await response.text());
}

export class Scraped {
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];

  constructor(text: string) {
    this.types = new Map(
      [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]),
    );
    this.samples = [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(
      ([, name = '', labels = '', value]) => ({
        name,
        labels: Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, of]) => [key, of])),
        value: Number(value),
      }),
    );
  }

  /** The one with these labels, among others; undefined when there is none. */
  sample(name: string, labels: Readonly<Record<string, string>> = {}): Sample | undefined {
    const found = this.samples.filter(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    );
    if (found.length > 1) throw new Error(`${found.length} of ${name} have ${JSON.stringify(labels)}`);
    return found[0];
  }

  value(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    return this.sample(name, labels)?.value;
  }
}
