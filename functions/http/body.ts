import type { Context, MiddlewareHandler } from "hono";
import { limits } from "../../shared/contracts/limits.ts";
import { withDeadline } from "../../shared/deadline.ts";
import { AppError } from "../../shared/errors.ts";

/** Less than what the request as a whole may take, in milliseconds. */
const arrivalTimeout = 4_000;

const tooLarge = () =>
  new AppError("body_too_large", { message: `The body can have at most ${limits.bodyBytes / 1024} KiB.` });

/** Lets through only JSON that is declared as such, in valid UTF-8, and not too large. */
export function jsonBody(): MiddlewareHandler {
  return async function jsonBody(c, next) {
    requireType(c, "application/json");
    const text = await readText(c);
    try {
      JSON.parse(text);
    } catch (cause) {
      throw new AppError("invalid_body", { cause });
    }
    await next();
  };
}

/** The fields of a URL-encoded form; the first of a repeated name counts, and names are taken to the letter. */
export async function readForm(c: Context): Promise<Record<string, string>> {
  requireType(c, "application/x-www-form-urlencoded");
  const fields: Record<string, string> = Object.create(null);
  for (const pair of (await readText(c)).split("&")) {
    if (pair === "") continue;
    const [name = "", value = ""] = pair.split(/=(.*)/s).map(decode);
    fields[name] ??= value;
  }
  return { ...fields };
}

/** Strict, as URLSearchParams is not: that one puts other characters in the place of what is no UTF-8. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (cause) {
    throw new AppError("invalid_body", { message: "The form is not valid UTF-8, percent-encoded.", cause });
  }
}

function requireType(c: Context, type: string): void {
  const given = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (given !== type) throw new AppError("unsupported_media_type", { message: `Send the body as ${type}.` });
}

/** The body as text; also leaves it with Hono, whose own readers then decode the same bytes. */
async function readText(c: Context): Promise<string> {
  const declared = Number(c.req.header("content-length"));
  if (declared > limits.bodyBytes) throw tooLarge();
  const arriving = Number.isFinite(declared) && declared > 0 ? c.req.arrayBuffer() : readBounded(c);
  const bytes = await withDeadline(arriving, arrivalTimeout, "request_timeout").catch((cause) => {
    // The client left, or sent what is no HTTP.
    throw cause instanceof AppError ? cause : new AppError("invalid_body", { cause });
  });
  if (bytes.byteLength > limits.bodyBytes) throw tooLarge();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError("invalid_body", { message: "The body is not valid UTF-8.", cause });
  }
}

/** A body of undeclared length is counted while it arrives. */
async function readBounded(c: Context): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Not cancelled when it is too long: that would close a connection on which the client goes on.
  for await (const chunk of c.req.raw.body?.values({ preventCancel: true }) ?? []) {
    length += chunk.byteLength;
    if (length > limits.bodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  // Hono caches the promise of a body, whatever its types say.
  c.req.bodyCache.arrayBuffer = Promise.resolve(bytes.buffer) as unknown as ArrayBuffer;
  return bytes.buffer;
}
