import type { OpenAPIHono } from "@hono/zod-openapi";

type Described = Pick<OpenAPIHono, "getOpenAPI31Document" | "openAPIRegistry">;
type OpenApiDocument = ReturnType<Described["getOpenAPI31Document"]>;

/** The OpenAPI document of an app, made once, when it is first asked for. */
export function openApiDocument(cookieName: string): (app: Described) => OpenApiDocument {
  let made: OpenApiDocument | undefined;
  return (app) => {
    if (made) return made;
    const cookie = { type: "apiKey", in: "cookie", name: cookieName } as const;
    app.openAPIRegistry.registerComponent("securitySchemes", "session", cookie);
    made = app.getOpenAPI31Document({
      openapi: "3.1.0",
      security: [{ session: [] }],
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
