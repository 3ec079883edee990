/**
 * Stands in for the default app of an Electron build that has none: makes `electron [switches] DIR …` load the app in
 * DIR, as an official runtime does. Copied into the runtime's `resources/app`; it runs on that runtime's own Node.
 */
const { app } = require('electron');
const fs = require('node:fs');
const path = require('node:path');

const args = process.argv.slice(1);
let at = 0;
while (at < args.length && args[at].startsWith('-')) {
  if (args[at] === '-r' || args[at] === '--require') require(path.resolve(args[++at]));
  at++;
}
const dir = path.resolve(args[at] ?? '.');
const { name, version, main } = JSON.parse(fs.readFileSync(path.join(dir, 'package.json'), 'utf8'));
process.defaultApp = true;
app.setAppPath(dir);
app.setName(name);
app.setVersion(version);
require(path.join(dir, main));
