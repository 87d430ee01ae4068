// Copies the regions of compiled, tested files into the Markdown blocks that name them: `node scripts/update-snippets.mjs`.
// With --check it changes nothing and fails when a block differs.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const GUIDES = 'docs/guides';
const DOCUMENTS = [
  'README.md',
  ...readdirSync(GUIDES)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${GUIDES}/${name}`),
];
const BLOCK = /(?<open><!-- snippet: (?<file>\S+)#(?<region>\S+) -->\n```ts\n).*?(?<close>```)/gs;
const isCheck = process.argv.includes('--check');

for (const document of DOCUMENTS) {
  const text = readFileSync(document, 'utf8');
  const updated = text.replaceAll(BLOCK, (...match) => {
    const { open, file, region, close } = match.at(-1);
    return open + readRegion(file, region) + close;
  });
  if (updated === text) continue;
  if (isCheck) {
    console.error(`${document} differs from the files that it shows: run "npm run docs"`);
    process.exitCode = 1;
  } else {
    writeFileSync(document, updated);
  }
}

function readRegion(file, region) {
  const match = new RegExp(`// #region ${region}\\n(.*?)// #endregion ${region}\\n`, 's').exec(
    readFileSync(file, 'utf8'),
  );
  if (match === null) throw new Error(`${file} has no region ${region}`);
  return match[1];
}
