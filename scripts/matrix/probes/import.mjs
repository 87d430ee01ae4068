// Imports each entry that it is told, and prints what it exports: node import.mjs '["temporal-event-topic"]'
const found = {};
for (const specifier of JSON.parse(process.argv[2])) {
  found[specifier] = await import(specifier).then(
    (entry) => ({ names: Object.keys(entry).sort() }),
    (error) => ({ fault: String(error) }),
  );
}
console.log(JSON.stringify(found));
