import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const parts = ["functions", "realtime", "shared"] as const;
const entries = ["functions/node.ts", "functions/lambda.ts", "functions/worker.ts", "realtime/main.ts"];

interface Source {
  path: string;
  text: string;
  /** Imported files, from the root. */
  imports: string[];
}

const sources: Source[] = [...parts, "infra", "test"].flatMap((part) =>
  readdirSync(join(root, part), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => {
      const path = join(part, file);
      const text = readFileSync(join(root, path), "utf8");
      const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, to = ""]) =>
        relative(root, resolve(root, dirname(path), to)),
      );
      return { path, text, imports };
    }),
);
const app = sources.filter(({ path }) => parts.some((part) => path.startsWith(`${part}/`)));

function breaking(who: (source: Source) => boolean, rule: (imported: string) => boolean): string[] {
  return app
    .filter(who)
    .flatMap(({ path, imports }) => imports.filter(rule).map((imported) => `${path} -> ${imported}`));
}
const under = (folder: string) => (path: string) => path.startsWith(`${folder}/`);

describe("the house", () => {
  test("has sources to look at, and knows their imports", () => {
    expect(app.length).toBeGreaterThan(50);
    expect(app.flatMap(({ imports }) => imports).length).toBeGreaterThan(100);
  });

  test("has nothing else at the top", () => {
    const known = [
      ...["package.json", "package-lock.json", "tsconfig.json", "biome.json", "LICENSE", "README.md", ".gitignore"],
      ...[...parts, "infra", "test", ".ci", ".git", ".kith", "node_modules", "dist"],
    ];
    expect(readdirSync(root).filter((name) => !known.includes(name))).toEqual([]);
  });

  test("is drawn in the README with each of its folders and entries", () => {
    const drawn = /\n## The house\n+```\n(.*?)```/s.exec(readFileSync(join(root, "README.md"), "utf8"))?.[1] ?? "";
    const folders = [...parts, "infra", "test"].flatMap((part) =>
      readdirSync(join(root, part), { withFileTypes: true }).filter((each) => each.isDirectory()),
    );
    const names = [...folders.map(({ name }) => `${name}/`), ...entries.map((path) => basename(path))];
    expect(names.filter((name) => !drawn.split(/[\s,]+/).includes(name))).toEqual([]);
    const paths = drawn.match(/[\w-]+\.ts\b/g) ?? [];
    expect(paths.filter((name) => !sources.some(({ path }) => basename(path) === name))).toEqual([]);
  });

  test("functions and realtime meet in shared alone", () => {
    expect(breaking(({ path }) => under("functions")(path), under("realtime"))).toEqual([]);
    expect(breaking(({ path }) => under("realtime")(path), under("functions"))).toEqual([]);
  });

  test("shared imports neither side, and no part imports infra or tests", () => {
    expect(
      breaking(
        ({ path }) => under("shared")(path),
        (to) => under("functions")(to) || under("realtime")(to),
      ),
    ).toEqual([]);
    expect(
      breaking(
        () => true,
        (to) => under("infra")(to) || under("test")(to),
      ),
    ).toEqual([]);
  });

  test("contracts know no models, models no queries", () => {
    const notContracts = ["shared/models", "shared/friends", "shared/session"];
    expect(
      breaking(
        ({ path }) => under("shared/contracts")(path),
        (to) => notContracts.some((part) => under(part)(to)),
      ),
    ).toEqual([]);
    expect(breaking(({ path }) => under("shared/models")(path), under("shared/friends"))).toEqual([]);
  });

  test("only the entries read the environment, listen or take signals", () => {
    const reaches = /process\.(env|on|once|exit)\b|\.listen\(|\bserve\(/;
    const offenders = app
      .filter(({ path, text }) => !entries.includes(path) && reaches.test(text))
      .map(({ path }) => path);
    expect(offenders).toEqual([]);
  });

  test("what runs in the browser imports nothing that does not", () => {
    const allowed = (to: string) =>
      under("functions/pages/browser")(to) || under("shared/contracts")(to) || to === "shared/errors.ts";
    expect(
      breaking(
        ({ path }) => under("functions/pages/browser")(path),
        (to) => !allowed(to),
      ),
    ).toEqual([]);
  });

  test("no body is read by Hono's parser of forms, which makes operators of field names", () => {
    expect(app.filter(({ text }) => text.includes("parseBody(")).map(({ path }) => path)).toEqual([]);
  });

  test("files stay small enough to be one thing", () => {
    const long = sources.filter(({ text }) => text.split("\n").length > 210).map(({ path }) => path);
    expect(long).toEqual([]);
  });

  test("nothing is left to do, skipped or focused", () => {
    // Put together so that this file does not find itself.
    const marks = new RegExp(["TO", "DO|FIX", "ME|\\b(?:it|test|describe)\\.(?:skip|only|to", "do)\\b"].join(""));
    expect(sources.filter(({ text }) => marks.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test("the lockfile names no address", () => {
    expect(readFileSync(join(root, "package-lock.json"), "utf8")).not.toMatch(/"resolved"|https?:\/\/[^"]*registry/);
  });
});
