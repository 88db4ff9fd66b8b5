import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { inNewFolder } from "./mongod/cache.ts";
import { run } from "./mongod/run.ts";

const cacheDir = join(import.meta.dirname, "..", ".kith", "chromium");

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

type Env = Record<string, string | undefined>;

/**
 * Starts a headless browser: the one an npm package carries, or else CHROMIUM_PATH or one on the PATH.
 * The caller closes it. Throws an error that says why each of them did not start.
 */
export async function launchChromium(): Promise<Browser> {
  const failed: string[] = [];
  for (const [name, launch] of waysToLaunch()) {
    try {
      return await launch();
    } catch (error) {
      failed.push(`  ${name}: ${brief(error)}`);
    }
  }
  const mend = "Set CHROMIUM_PATH to a Chromium that starts on this machine.";
  throw new Error(`No browser started. ${mend}\n${failed.join("\n")}`);
}

function* waysToLaunch(): Generator<[name: string, launch: () => Promise<Browser>]> {
  yield ["the packaged browser", launchPackaged];
  const { CHROMIUM_PATH, PATH = "" } = process.env;
  if (CHROMIUM_PATH) yield [`CHROMIUM_PATH, ${CHROMIUM_PATH}`, () => launchAt(CHROMIUM_PATH)];
  for (const name of ["chromium", "google-chrome"]) {
    yield [`${name} on the PATH`, async () => launchAt(await findOnPath(name, PATH))];
  }
}

function launchAt(executablePath: string, env: Env = process.env): Promise<Browser> {
  return chromium.launch({ executablePath, args, env, headless: true });
}

async function launchPackaged(): Promise<Browser> {
  const { platform, arch } = process;
  if (platform !== "linux" || arch !== "x64") throw new Error(`made for Linux x64, this is ${platform} ${arch}`);
  const folder = await unpacked();
  const executable = join(folder, "chromium");
  const env = { ...process.env, FONTCONFIG_FILE: join(folder, "fonts.conf") };
  try {
    return await launchAt(executable, env);
  } catch (error) {
    if (!String(error).includes("error while loading shared libraries")) throw error;
    const carried = join(folder, "al2023", "lib");
    const path = [carried, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
    return await launchAt(executable, { ...env, LD_LIBRARY_PATH: path });
  }
}

// The package itself unpacks to fixed names in the system's temporary folder, and takes a file that another process
// is still writing for a whole one.
async function unpacked(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const home = join(dirname(entry), "..");
  const { version } = JSON.parse(await readFile(join(home, "package.json"), "utf8"));
  const final = join(cacheDir, version);
  if (await exists(final)) return final;
  await inNewFolder(cacheDir, async (folder) => {
    const archives = ["chromium.br", "swiftshader.tar.br", "fonts.tar.br", "al2023.tar.br"];
    const files = JSON.stringify(archives.map((name) => join(home, "bin", name)));
    const script = `import { inflate } from ${JSON.stringify(pathToFileURL(entry).href)};
      await Promise.all(${files}.map((file) => inflate(file)));`;
    const env = { ...process.env, TMPDIR: folder };
    await run(process.execPath, ["--input-type=module", "-e", script], { timeoutMs: 60_000, env });
    await writeFile(join(folder, "fonts.conf"), fontconfig);
    await rename(folder, final).catch(async (error) => {
      // A folder with something in it is not replaced: another process was first, with the same files.
      if (!(await exists(final))) throw error;
    });
  });
  return final;
}

// A machine without any font would show pages without any letter.
const fontconfig = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

async function findOnPath(name: string, path: string): Promise<string> {
  for (const folder of path.split(delimiter)) {
    if (folder !== "" && (await exists(join(folder, name)))) return join(folder, name);
  }
  throw new Error("none is there");
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

// The first line of a failed launch only says that the browser closed; why stands among the browser's own lines.
function brief(error: unknown): string {
  const [first = "", ...lines] = (error instanceof Error ? error.message : String(error)).split("\n");
  const said = lines.filter((line) => line.includes("[err]"));
  const complaint = said.find((line) => line.includes("error while loading")) ?? said.at(-1);
  return complaint?.replace(/^.*?\[err\]\s*/, "") ?? first;
}
