// The same tests once more, on workers that keep no workflow in memory: every workflow task replays the whole history, and
// what is not deterministic fails. (Paged backlogs: the recorded histories do the same in less time.)
process.env['MAX_CACHED_WORKFLOWS'] = '0';

await import('./continue-as-new.test.ts');
await import('./parking.test.ts');
