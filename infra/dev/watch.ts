import { watch } from "node:fs";
import { join } from "node:path";

export type Part = "functions" | "realtime" | "shared" | "browser";

/** Tells which parts of the code have changed, once the changes have settled. Returns how to stop. */
export function watchCode(root: string, onChange: (parts: Set<Part>) => void): () => void {
  const settle = 150;
  let changed = new Set<Part>();
  let timer: NodeJS.Timeout | undefined;
  const watchers = (["functions", "realtime", "shared"] as const).map((folder) =>
    watch(join(root, folder), { recursive: true }, (_, file) => {
      const isBrowser = folder === "functions" && file?.startsWith(join("pages", "browser"));
      changed.add(isBrowser ? "browser" : folder);
      // The bundle holds some of the contracts too.
      if (folder === "shared") changed.add("browser");
      clearTimeout(timer);
      timer = setTimeout(() => {
        const parts = changed;
        changed = new Set();
        onChange(parts);
      }, settle);
    }),
  );
  // Without a watcher the code still runs; it is only not started again.
  for (const watcher of watchers) watcher.on("error", () => watcher.close());
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
