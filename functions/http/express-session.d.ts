// express-session's own classes, which its types leave out.
declare module "express-session/session/cookie.js" {
  import type { CookieOptions } from "express-session";
  export default class Cookie {
    constructor(options?: CookieOptions);
    serialize(name: string, value: string): string;
  }
}

declare module "express-session/session/session.js" {
  export default class Session {
    constructor(exchange: object, data?: object);
  }
}
