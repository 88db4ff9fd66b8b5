import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What package.json's `exports` offer, by the names that the built files have. */
const entries = { client: "functions/client/index.ts", kit: "functions/pages/browser/kit/index.ts" };

/**
 * Builds `kith/client` and `kith/kit` into a folder: JavaScript in which only the package's dependencies are left to import,
 * and under `types` the declarations that the two lead to.
 */
export async function buildPackage(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const bundled = build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: folder,
    bundle: true,
    packages: "external",
    format: "esm",
    target: "es2022",
    legalComments: "none",
    logLevel: "silent",
  });
  await Promise.all([bundled, writeTypes(join(folder, "types"))]);
}

/** The compiler declares all that the entries are made of, the server too; what they do not lead to is left out. */
async function writeTypes(folder: string): Promise<void> {
  const all = await mkdtemp(join(tmpdir(), "kith-types-"));
  try {
    await compile(["-p", join(root, "functions", "client"), "--outDir", all]);
    const needed = new Set<string>();
    for (const entry of Object.values(entries)) await collect(join(all, declarationOf(entry)), needed);
    await Promise.all([...needed].map((file) => cp(file, join(folder, relative(all, file)))));
  } finally {
    await rm(all, { recursive: true, force: true });
  }
}

async function collect(file: string, found: Set<string>): Promise<void> {
  if (found.has(file)) return;
  found.add(file);
  const text = await readFile(file, "utf8");
  for (const [, to = ""] of text.matchAll(/(?:from |import\()"(\.[^"]+)"/g)) {
    await collect(join(dirname(file), declarationOf(to)), found);
  }
}

const declarationOf = (source: string) => source.replace(/\.ts$/, ".d.ts");

/** @throws Error with what the compiler says */
function compile(args: string[]): Promise<void> {
  const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [compiler, ...args], (error, stdout) => {
      if (error) reject(new Error(`The types could not be made.\n${stdout}`, { cause: error }));
      else resolve();
    });
  });
}

if (import.meta.main) await buildPackage(join(root, "dist", "npm"));
