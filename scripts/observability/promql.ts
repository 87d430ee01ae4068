/** A metric that a query asks for, with the labels by which it filters or groups. */
export interface Selected {
  readonly metric: string;
  readonly labels: readonly string[];
}

const OURS = /\b((?:event_topic|temporal)_\w+)(?:\{([^}]*)\})?/g;
const GROUPING = /\b(?:by|on|without|group_left)\s*\(([^)]*)\)/g;

/** The metrics of this package and of Temporal in a query, and the labels that it groups them by: good enough for our queries. */
export function selectedIn(expr: string): {
  readonly metrics: readonly Selected[];
  readonly grouping: readonly string[];
} {
  const metrics = [...expr.matchAll(OURS)].map(([, metric = '', filters = '']) => ({
    metric,
    labels: [...filters.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label),
  }));
  const grouping = [...expr.matchAll(GROUPING)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.trim()),
  );
  return { metrics, grouping: [...new Set(grouping)].filter((name) => name !== '' && name !== 'le') };
}
