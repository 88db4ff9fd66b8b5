/** What the pages load beside their HTML. */
export interface Assets {
  /** The path of the dashboard's script. */
  script: string;
  /** The path of the script of the pages with forms. */
  door: string;
  /** The path of the pages' stylesheet. */
  style: string;
  /** The path of the stylesheet of the page about the API, which the others are not to carry. */
  docsStyle: string;
  /** What GET /assets/:file answers with, by file name. */
  files: ReadonlyMap<string, { body: () => Uint8Array<ArrayBuffer>; type: string }>;
}

/** The icon keeps its name when it changes: browsers ask for it again and again from wherever they once found it. */
export const iconPath = "/assets/icon.svg";

const types: Record<string, string> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/**
 * Assets of files by name.
 * @throws Error when a script or a stylesheet is not among them
 */
export function assetsOf(bodies: Iterable<readonly [name: string, body: () => Uint8Array<ArrayBuffer>]>): Assets {
  const files = new Map<string, { body: () => Uint8Array<ArrayBuffer>; type: string }>();
  for (const [name, body] of bodies) {
    const type = types[name.slice(name.lastIndexOf(".") + 1)];
    if (type) files.set(name, { body, type });
  }
  const pathOf = (pattern: RegExp) => {
    const name = [...files.keys()].find((file) => pattern.test(file));
    if (name === undefined) throw new Error(`None of the assets is called ${pattern}.`);
    return `/assets/${name}`;
  };
  return {
    script: pathOf(/^dashboard-\w+\.js$/),
    door: pathOf(/^door-\w+\.js$/),
    style: pathOf(/^style-\w+\.css$/),
    docsStyle: pathOf(/^docs-\w+\.css$/),
    files,
  };
}
