import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inNewFolder } from "../../infra/mongod/cache.ts";
import { run } from "../../infra/mongod/run.ts";

const requirements = fileURLToPath(new URL("deploy-tools.txt", import.meta.url));
const cache = fileURLToPath(new URL("../../.kith/deploy-tools", import.meta.url));

/** What a tool said, on both streams, and its exit code. */
export interface Said {
  code: number;
  text: string;
}

/** Programs that know the files of infra for real, by what a test needs of them. */
export interface DeployTools {
  /** The path of Caddy, the proxy. */
  caddy: string;
  compose(args: readonly string[], environment?: Record<string, string>): Promise<Said>;
  hadolint(args: readonly string[]): Promise<Said>;
  cfnLint(args: readonly string[]): Promise<Said>;
}

/**
 * The tools, installed by pip with their hashes pinned where they are not yet. They are there on Linux x64 with Python 3.11
 * or newer; elsewhere this says in the output that tests are skipped, and gives undefined.
 */
export async function findDeployTools(what: string): Promise<DeployTools | undefined> {
  try {
    const { platform, arch } = process;
    if (platform !== "linux" || arch !== "x64") throw new Error(`they are for Linux x64, this is ${platform} ${arch}`);
    return toolsIn(await installed());
  } catch (error) {
    const reason = `${what} cannot be checked without their tools: ${error instanceof Error ? error.message : error}`;
    process.stderr.write(`SKIPPED: ${reason}\n`);
    return undefined;
  }
}

/** A folder of their own for each list of requirements; whoever comes first fills it, and none sees half of it. */
async function installed(): Promise<string> {
  const hash = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex");
  const folder = join(cache, hash.slice(0, 12));
  if (await isThere(folder)) return folder;
  await mkdir(cache, { recursive: true });
  await inNewFolder(cache, async (own) => {
    const fresh = join(own, "tools");
    const how = ["--quiet", "--no-input", "--no-compile", "--no-deps", "--require-hashes", "--retries", "1"];
    await run("python3", ["-m", "pip", "install", ...how, "--target", fresh, "-r", requirements], {
      timeoutMs: 5 * 60_000,
      env: { ...process.env, PIP_USER: "0", PIP_REQUIRE_VIRTUALENV: "0" },
    });
    await rename(fresh, folder).catch(async (error) => {
      if (!(await isThere(folder))) throw error;
    });
  });
  return folder;
}

function toolsIn(folder: string): DeployTools {
  const program = (name: string) => join(folder, "bin", name);
  return {
    caddy: program("caddy"),
    compose: (args, environment = {}) => say(program("docker-compose"), args, environment),
    hadolint: (args) => say(program("hadolint"), ["--no-color", ...args], {}),
    cfnLint: (args) => say("python3", [program("cfn-lint"), ...args], { PYTHONPATH: folder }),
  };
}

/** Runs a program with nothing of this environment but the PATH, so that no setting of one's own decides. */
export function say(
  command: string,
  args: readonly string[],
  environment: Record<string, string>,
  cwd?: string,
): Promise<Said> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH, ...environment };
    execFile(command, args, { cwd, env, timeout: 60_000, maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") reject(error);
      else resolve({ code: Number(error?.code ?? 0), text: stdout + stderr });
    });
  });
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
