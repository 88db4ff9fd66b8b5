import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { describe, expect, test } from "vitest";
import { lambdaAddressReader } from "../../functions/http/lambda-address.ts";
import { type LambdaResult, type Shape, shapes, toEvent, toResponse } from "../helpers/lambda-events.ts";

const url = "https://kith.example.org/echo?text=a%26b%3D%C3%A9&empty=&again=1&again=2";

function handlerOf(trustProxy: string[] = []) {
  const address = lambdaAddressReader({ trustProxy });
  const app = new Hono();
  app.all("/echo", async (c) => {
    c.header("set-cookie", "first=1; Path=/", { append: true });
    c.header("set-cookie", "second=2; Expires=Thu, 01 Jan 2026 00:00:00 GMT", { append: true });
    const body = await c.req.text();
    return c.json({ address: address(c), query: c.req.queries(), cookie: c.req.header("cookie"), body });
  });
  return handle(app);
}

async function ask(shape: Shape, init: RequestInit = {}, trustProxy?: string[]) {
  const event = await toEvent(shape, new Request(url, init), "192.0.2.7");
  const result = (await handlerOf(trustProxy)(event as never)) as LambdaResult;
  const response = toResponse(shape, result);
  return { response, told: (await response.json()) as Record<string, unknown> };
}

describe.each(shapes)("an event of the shape %s", (shape) => {
  test("brings query, cookies and body as they were sent, in base64 too", async () => {
    const { told } = await ask(shape, {
      method: "POST",
      headers: { cookie: "a=1; b=2", "content-type": "application/x-www-form-urlencoded" },
      body: "text=%C3%A9+%26",
    });
    // With its multi-value headers off, a load balancer hands over the last value of a name.
    const again = shape === "alb-single" ? ["2"] : ["1", "2"];
    expect(told.query).toEqual({ text: ["a&b=é"], empty: [""], again });
    expect(told).toMatchObject({ cookie: "a=1; b=2", body: "text=%C3%A9+%26" });
  });

  test("is answered with each cookie by itself, where more than one can be sent", async () => {
    const { response } = await ask(shape);
    const lines = ["first=1; Path=/", "second=2; Expires=Thu, 01 Jan 2026 00:00:00 GMT"];
    // A header has one value there, so Kith never sets two cookies at once: the acceptance suite looks at each answer.
    expect(response.headers.getSetCookie()).toEqual(shape === "alb-single" ? lines.slice(0, 1) : lines);
    expect(response.headers.get("content-type")).toBe("application/json");
  });

  test("comes from who called the platform, whatever the caller says; behind a trusted proxy, from who called that", async () => {
    const headers = { "x-forwarded-for": "198.51.100.9" };
    expect((await ask(shape, { headers })).told.address).toBe("192.0.2.7");
    expect((await ask(shape, { headers }, ["192.0.2.0/24"])).told.address).toBe("198.51.100.9");
  });
});

test.each(["alb", "alb-single"] as const)("a load balancer's port is no part of the address (%s)", async (shape) => {
  const event = await toEvent(shape, new Request(url), "192.0.2.7:4711");
  const response = toResponse(shape, (await handlerOf()(event as never)) as LambdaResult);
  expect(await response.json()).toMatchObject({ address: "192.0.2.7" });
});

test("a client is sent what its platform reads of a result, and nothing of what others read", () => {
  const result = { statusCode: 200, body: "aGk=", isBase64Encoded: true };
  const fields = {
    headers: { one: "1" },
    multiValueHeaders: { "set-cookie": ["a=1", "b=2"] },
    cookies: ["c=3"],
  };
  const sent = (shape: Shape, given: Partial<LambdaResult>) => {
    const { headers } = toResponse(shape, { ...result, ...given });
    return [headers.get("one"), headers.getSetCookie()];
  };
  expect(sent("v2", fields)).toEqual(["1", ["c=3"]]);
  expect(sent("alb", fields)).toEqual([null, ["a=1", "b=2"]]);
  expect(sent("alb-single", fields)).toEqual(["1", []]);
  expect(() => sent("v1", fields)).toThrow("REST API");
  const { cookies: _, ...ofRest } = fields;
  expect(sent("v1", ofRest)).toEqual(["1", ["a=1", "b=2"]]);
});

test("a result in base64 is decoded, but not by a REST API that was not told of binary types", async () => {
  const result = { statusCode: 200, body: "aGk=", isBase64Encoded: true };
  const texts = await Promise.all(shapes.map((shape) => toResponse(shape, result).text()));
  expect(texts).toEqual(["hi", "aGk=", "hi", "hi"]);
});
