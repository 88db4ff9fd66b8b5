import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll } from "vitest";

/** Outgoing requests of unit tests are answered here; one that no test foresaw fails it. */
export const network = setupServer();

const unforeseen: string[] = [];
beforeAll(() =>
  network.listen({
    onUnhandledFrame({ frame, defaults }) {
      // The error below reaches the code under test alone, which may swallow it.
      const { request } = frame.data as { request?: Request };
      unforeseen.push(request ? `${request.method} ${request.url}` : frame.protocol);
      defaults.error();
    },
  }),
);
afterEach(() => {
  network.resetHandlers();
  const requests = unforeseen.splice(0);
  if (requests.length > 0) throw new Error(`Requests that no test foresaw: ${requests.join(", ")}`);
});
afterAll(() => network.close());
