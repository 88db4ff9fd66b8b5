import { AppError } from "../shared/errors.ts";
import type { Log } from "../shared/log.ts";
import { health } from "./health/index.ts";
import { reportError } from "./http/errors.ts";
import { assetFiles } from "./pages/asset-files.ts";
import type { Assets } from "./pages/assets.ts";
import { answerError } from "./pages/error.ts";

/** What is answered as long as there is no database: alive, not ready, the files of the pages, and 503 to everything else. */
export function waiting(assets: Assets, log: Pick<Log, "error">) {
  const app = health({ ping: () => Promise.reject(new Error("The database has not been reached yet.")) });
  app.route("/", assetFiles(assets));
  app.onError((thrown, c) => answerError(c, reportError(c, thrown, log), assets));
  app.notFound((c) => answerError(c, new AppError("unavailable"), assets));
  return app;
}
