// Makes a program print as at a terminal of 120 columns, which the page shows. Its output still is a file.
Object.assign(process.stdout, { isTTY: true, columns: 120 });
