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
  const response = toResponse(result);
  return { response, told: (await response.json()) as Record<string, unknown> };
}

describe.each(shapes)("an event of the shape %s", (shape) => {
  test("brings query, cookies and body as they were sent, in base64 too", async () => {
    const { told } = await ask(shape, {
      method: "POST",
      headers: { cookie: "a=1; b=2", "content-type": "application/x-www-form-urlencoded" },
      body: "text=%C3%A9+%26",
    });
    expect(told.query).toEqual({ text: ["a&b=é"], empty: [""], again: ["1", "2"] });
    expect(told).toMatchObject({ cookie: "a=1; b=2", body: "text=%C3%A9+%26" });
  });

  test("is answered with each cookie by itself", async () => {
    const { response } = await ask(shape);
    expect(response.headers.getSetCookie()).toEqual([
      "first=1; Path=/",
      "second=2; Expires=Thu, 01 Jan 2026 00:00:00 GMT",
    ]);
  });

  test("comes from who called the platform, whatever the caller says; behind a trusted proxy, from who called that", async () => {
    const headers = { "x-forwarded-for": "198.51.100.9" };
    expect((await ask(shape, { headers })).told.address).toBe("192.0.2.7");
    expect((await ask(shape, { headers }, ["192.0.2.0/24"])).told.address).toBe("198.51.100.9");
  });
});

test("a load balancer's port is no part of the address", async () => {
  const event = await toEvent("alb", new Request(url), "192.0.2.7:4711");
  const response = toResponse((await handlerOf()(event as never)) as LambdaResult);
  expect(await response.json()).toMatchObject({ address: "192.0.2.7" });
});
