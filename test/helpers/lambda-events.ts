/**
 * The shapes in which AWS hands a request to a function: function URL and HTTP API (v2), REST API (v1), and a load balancer
 * with its target group's multi-value headers on, and off, which is AWS's default.
 */
export const shapes = ["v2", "v1", "alb", "alb-single"] as const;
export type Shape = (typeof shapes)[number];

/** What a handler gives back; which of the headers' fields are read depends on the shape. */
export interface LambdaResult {
  statusCode: number;
  body: string;
  isBase64Encoded?: boolean;
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  cookies?: string[];
}

/** A request as an event, from somebody at `address`. */
export async function toEvent(shape: Shape, request: Request, address: string): Promise<object> {
  const url = new URL(request.url);
  const bytes = Buffer.from(await request.arrayBuffer());
  const content = bodyOf(bytes, request.headers.get("content-type") ?? "", shape);
  const headers = new Map([...request.headers].filter(([name]) => name !== "cookie"));
  headers.set("host", url.host);
  if (bytes.length > 0) headers.set("content-length", String(bytes.length));
  const cookie = request.headers.get("cookie");
  // Each of them adds the caller behind what the caller sent.
  const sent = headers.get("x-forwarded-for");
  headers.set("x-forwarded-for", sent ? `${sent}, ${address}` : address);
  const sender = { request, url, headers, cookie, address };
  return { ...events[shape](sender), ...content };
}

interface Sender {
  request: Request;
  url: URL;
  headers: Map<string, string>;
  cookie: string | null;
  address: string;
}

function v2Event({ request, url, headers, cookie, address }: Sender): object {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie === null ? {} : { cookies: cookie.split("; ") }),
    headers: Object.fromEntries(headers),
    requestContext: {
      accountId: "anonymous",
      apiId: "kith",
      domainName: url.host,
      domainPrefix: "kith",
      http: {
        method: request.method,
        path: url.pathname,
        protocol: "HTTP/1.1",
        sourceIp: address,
        userAgent: headers.get("user-agent") ?? "",
      },
      requestId: crypto.randomUUID(),
      routeKey: "$default",
      stage: "$default",
      timeEpoch: Date.now(),
    },
  };
}

/** The values of a query are decoded here, unlike a load balancer's. */
function v1Event({ request, url, headers, cookie, address }: Sender): object {
  const all = [...headers, ...(cookie === null ? [] : [["cookie", cookie] as const])].map(
    ([name, value]) => [titled(name), value] as const,
  );
  const query = groups(url.searchParams);
  return {
    resource: "/{proxy+}",
    path: url.pathname,
    httpMethod: request.method,
    headers: Object.fromEntries(all),
    multiValueHeaders: Object.fromEntries(all.map(([name, value]) => [name, [value]])),
    queryStringParameters: query && lasts(query),
    multiValueQueryStringParameters: query,
    pathParameters: { proxy: url.pathname.slice(1) },
    stageVariables: null,
    requestContext: {
      accountId: "123456789012",
      apiId: "kith",
      domainName: url.host,
      httpMethod: request.method,
      identity: { sourceIp: address, userAgent: headers.get("user-agent") ?? null },
      path: `/prod${url.pathname}`,
      protocol: "HTTP/1.1",
      requestId: crypto.randomUUID(),
      resourcePath: "/{proxy+}",
      stage: "prod",
    },
  };
}

/** The values of a query are as they were sent. */
function albEvent({ request, url, headers, cookie }: Sender, isMulti: boolean): object {
  const all = [...headers, ...(cookie === null ? [] : [["cookie", cookie] as const])];
  const raw = url.search
    .slice(1)
    .split("&")
    .filter(Boolean)
    .map((pair) => pair.split(/=(.*)/s) as [string, string]);
  const query = groups(raw) ?? {};
  return {
    requestContext: {
      elb: { targetGroupArn: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/kith/1" },
    },
    httpMethod: request.method,
    path: url.pathname,
    ...(isMulti
      ? {
          multiValueQueryStringParameters: query,
          multiValueHeaders: Object.fromEntries(all.map(([name, value]) => [name, [value]])),
        }
      : { queryStringParameters: lasts(query), headers: Object.fromEntries(all) }),
  };
}

const events: Record<Shape, (sender: Sender) => object> = {
  v2: v2Event,
  v1: v1Event,
  alb: (sender) => albEvent(sender, true),
  "alb-single": (sender) => albEvent(sender, false),
};

/** What is no text comes in base64; of a REST API only what was declared as binary, which is nothing. */
function bodyOf(bytes: Buffer, type: string, shape: Shape): object {
  if (bytes.length === 0) return { body: shape.startsWith("alb") ? "" : null, isBase64Encoded: false };
  const isText = shape === "v1" || /^text\/|^application\/(json|javascript|xml)/.test(type);
  return { body: bytes.toString(isText ? "utf8" : "base64"), isBase64Encoded: !isText };
}

/** In which fields each of them looks for headers; what is elsewhere reaches nobody. */
const read: Record<Shape, readonly ("headers" | "multiValueHeaders" | "cookies")[]> = {
  v2: ["headers", "cookies"],
  v1: ["headers", "multiValueHeaders"],
  alb: ["multiValueHeaders"],
  "alb-single": ["headers"],
};

/** The answer that a client is sent for a result. Throws where a REST API would say 502 to its client. */
export function toResponse(shape: Shape, result: LambdaResult): Response {
  if (shape === "v1" && result.cookies)
    throw new Error("A REST API takes no result with a field that it does not know.");
  const fields = Object.fromEntries(read[shape].map((field) => [field, result[field]])) as Partial<LambdaResult>;
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields.headers ?? {})) headers.append(name, value);
  for (const [name, values] of Object.entries(fields.multiValueHeaders ?? {})) {
    for (const value of values) headers.append(name, value);
  }
  for (const cookie of fields.cookies ?? []) headers.append("set-cookie", cookie);
  // A REST API decodes only what was declared as binary, which is nothing.
  const isDecoded = result.isBase64Encoded && shape !== "v1";
  const body = isDecoded ? Buffer.from(result.body, "base64") : result.body;
  return new Response([204, 304].includes(result.statusCode) ? null : body, { status: result.statusCode, headers });
}

function groups(pairs: Iterable<readonly [string, string]>): Record<string, string[]> | null {
  const grouped: Record<string, string[]> = {};
  for (const [name, value] of pairs) grouped[name] = [...(grouped[name] ?? []), value];
  return Object.keys(grouped).length > 0 ? grouped : null;
}

function lasts(grouped: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(grouped).map(([name, values]) => [name, values.at(-1) ?? ""]));
}

function titled(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
