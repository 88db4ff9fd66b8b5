import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What package.json's `exports` offer, by the names that the built files have. */
const entries = { client: "functions/client/index.ts", kit: "functions/pages/browser/kit/index.ts" };

/**
 * Builds the package of `kith/client` and `kith/kit` into a folder, to be packed there: JavaScript, under `types` the
 * declarations that the two lead to, and a package.json with what these import as its only dependencies.
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
  await Promise.all(["LICENSE", "README.md"].map((name) => cp(join(root, name), join(folder, name))));
  await writeManifest(folder);
}

/** The repository's package.json is the server's: whoever installs a client needs neither a database's driver nor a Node. */
async function writeManifest(folder: string): Promise<void> {
  const {
    name,
    version,
    private: isPrivate,
    description,
    license,
    type,
    engines,
    exports,
    dependencies,
  } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const needed = (await importedBy(folder)).map((each) => {
    if (!(each in dependencies)) throw new Error(`${each} is imported by the package, and no dependency of Kith.`);
    return [each, `^${dependencies[each]}`];
  });
  const manifest = {
    ...{ name, version, private: isPrivate, description, license, type, engines },
    exports: JSON.parse(JSON.stringify(exports).replaceAll('"./dist/npm/', '"./')),
    dependencies: Object.fromEntries(needed),
  };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The packages that built files import, declarations included, in order. */
async function importedBy(folder: string): Promise<string[]> {
  const built = (await readdir(folder, { recursive: true })).filter((name) => /\.(js|d\.ts)$/.test(name));
  const texts = await Promise.all(built.map((name) => readFile(join(folder, name), "utf8")));
  const imported = texts.flatMap((text) =>
    [...text.matchAll(/(?:from |import\()"((?:@[^/"]+\/)?[^./"][^/"]*)/g)].map(([, name = ""]) => name),
  );
  return [...new Set(imported)].sort();
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
