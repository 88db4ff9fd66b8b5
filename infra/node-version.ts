/** The release of Node that bundles are made for; the one that package-lock.json pins is of it. */
const release = 24;

/** What a bundle begins with, as code: an older Node would fail at the first thing it does not know, or do nothing at all. */
export const requireNode = `if (parseInt(process.versions.node) < ${release}) {
  process.stderr.write("Node ${release} or newer is needed; this is " + process.version + ".\\n");
  process.exit(1);
}`;
