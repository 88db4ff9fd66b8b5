import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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
 * Packs Kith and unpacks it where npm would. Nothing is fetched: of the dependencies that package.json declares, links to the
 * repository's own stand beside it, and nothing else does.
 */
export async function createConsumer(): Promise<Consumer> {
  await buildPackage(join(root, "dist", "npm"));
  const folder = await mkdtemp(join(tmpdir(), "kith-consumer-"));
  // Without scripts: the build above is what they would do.
  const flags = ["--ignore-scripts", "--json", "--pack-destination", folder];
  const [{ filename, files }] = JSON.parse((await run("npm", ["pack", ...flags], { cwd: root })).stdout);
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, "kith"), { recursive: true });
  await run("tar", ["-xzf", join(folder, filename), "-C", join(modules, "kith"), "--strip-components", "1"]);
  const { dependencies } = JSON.parse(await readFile(join(modules, "kith", "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, "node_modules", name), join(modules, name));
  }
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));

  return {
    packed: files.map(({ path }: { path: string }) => path),
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
