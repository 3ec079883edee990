/** Imported first by every starter. Plain enough for the old Nodes that it turns away. */
const OLDEST = 20;

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  process.stderr.write(
    `Tallyroom needs Node ${OLDEST} or newer to start (this is ${process.version}). Install a current Node and try again.\n`,
  );
  process.exit(1);
}
