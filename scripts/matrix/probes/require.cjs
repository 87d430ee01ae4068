// Requires each entry that it is told, and prints what it exports: node require.cjs '["temporal-event-topic"]'
const found = {};
for (const specifier of JSON.parse(process.argv[2])) {
  try {
    found[specifier] = { names: Object.keys(require(specifier)).sort() };
  } catch (error) {
    found[specifier] = { fault: String(error) };
  }
}
console.log(JSON.stringify(found));
