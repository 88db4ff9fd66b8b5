import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildPackage } from "../../infra/package.ts";
import { until } from "./until.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** A project of somebody else's, in which Kith's package is installed. */
export interface Consumer extends AsyncDisposable {
  /** The files of the package, by their paths in it. */
  packed: string[];
  /** The names of all packages that came with it, itself included. */
  installed: string[];
  write(name: string, text: string): Promise<void>;
  /** What the compiler says of these files, with `skipLibCheck` off and no types but the package's; "" when nothing. */
  typeCheck(...names: string[]): Promise<string>;
  /** Runs a file in a plain Node; what it prints is in `output`. */
  start(name: string): Running;
}

export interface Running extends Disposable {
  readonly output: string;
  /** Waits for a line, and fails with what was printed instead. */
  prints(line: RegExp): Promise<void>;
  exit(): Promise<number | null>;
}

/**
 * Packs what the build makes, and installs it as anybody would. The versions are those of the repository's lockfile, which
 * npm has in its cache since it installed the repository: it asks no registry then.
 */
export async function createConsumer(): Promise<Consumer> {
  await buildPackage(join(root, "dist", "npm"));
  const folder = await mkdtemp(join(tmpdir(), "kith-consumer-"));
  const packing = await run("npm", ["pack", "./dist/npm", "--json", "--pack-destination", folder], { cwd: root });
  const [{ filename, files }] = JSON.parse(packing.stdout);
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const { lockfileVersion, packages } = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8"));
  const locked = { lockfileVersion, requires: true, packages: { ...packages, "": {} } };
  await writeFile(join(folder, "package-lock.json"), JSON.stringify(locked));
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", `./${filename}`], { cwd: folder });
  const tree = JSON.parse(await readFile(join(folder, "node_modules", ".package-lock.json"), "utf8"));

  return {
    packed: files.map(({ path }: { path: string }) => path),
    installed: Object.keys(tree.packages).map((path) => path.replace(/^.*node_modules\//, "")),
    write: (name, text) => writeFile(join(folder, name), text),
    async typeCheck(...names) {
      const lib = ["ES2024", "DOM", "DOM.Iterable"];
      const compilerOptions = { strict: true, target: "ES2024", module: "NodeNext", lib, types: [], noEmit: true };
      await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: names }));
      const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
      return run(process.execPath, [compiler], { cwd: folder }).then(
        () => "",
        (error: { stdout: string }) => error.stdout,
      );
    },
    start(name) {
      let output = "";
      const child = spawn(process.execPath, [name], { cwd: folder, env: { PATH: process.env.PATH } });
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk) => {
          output += chunk;
        });
      }
      const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
      return {
        get output() {
          return output;
        },
        async prints(line) {
          await until(() => line.test(output) || hasEnded(), { what: `${name} to print ${line}` }).catch(() => {});
          if (!line.test(output)) throw new Error(`${name} did not print ${line}, but:\n${output}`);
        },
        async exit() {
          await until(hasEnded, { what: `${name} to end` });
          return child.exitCode;
        },
        [Symbol.dispose]: () => void child.kill("SIGKILL"),
      };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
