import type { OpenAPIHono } from "@hono/zod-openapi";

type OpenApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

/** The OpenAPI document of an app, made once, when it is first asked for. */
export function openApiDocument(): (app: Pick<OpenAPIHono, "getOpenAPI31Document">) => OpenApiDocument {
  let made: OpenApiDocument | undefined;
  return (app) => {
    made ??= app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Kith",
        version: "1",
        description:
          "A friends-only comment feed. Who is signed in is known by the session cookie; an unsafe request needs an allowed Origin or a same-origin Sec-Fetch-Site.",
      },
    });
    return made;
  };
}
