// Stands for `psql -At`: runs the query that it reads, and prints its rows, unaligned and without a heading. The PostgreSQL of the tests comes without it.
import { text } from 'node:stream/consumers';
import pg from 'pg';

// PGHOST, PGPORT … as psql has them.
const client = new pg.Client();
await client.connect();
const { rows } = await client.query({ text: await text(process.stdin), rowMode: 'array' });
const lines = rows.map((row) => row.map((cell) => (typeof cell === 'object' ? JSON.stringify(cell) : cell)));
process.stdout.write(lines.map((cells) => `${cells.join('|')}\n`).join(''));
await client.end();
