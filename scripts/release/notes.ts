// Prints what CHANGELOG.md says about the version in package.json: the text of the release.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sectionOf } from './changelog.ts';

const root = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const notes = sectionOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version);
if (notes) console.log(notes);
else {
  console.error(
    `CHANGELOG.md says nothing about the version [version=${version}]: npm run release:version writes it`,
  );
  process.exitCode = 1;
}
