import { AppError } from "../shared/errors.ts";
import { health } from "./health/index.ts";
import { errorResponse } from "./http/errors.ts";

/** What is answered as long as there is no database: alive, not ready, and 503 to everything else. */
export function waiting() {
  const app = health({ ping: () => Promise.reject(new Error("The database has not been reached yet.")) });
  app.notFound((c) => errorResponse(c, new AppError("unavailable")));
  return app;
}
