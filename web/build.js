/**
 * Bundles src/ into the files that the Python package ships: `node build.js`; with `--check` it writes nothing and fails
 * if they are not what src/ makes, or too large.
 */

import { build, transform } from "esbuild";
import { readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const TARGET = new URL("../qa/server/static/", import.meta.url);
/** Most bytes of each file, gzipped. @type {Record<string, number>} */
const LIMITS = { "widget.js": 15_000, "chat.js": 18_000, "chat.css": 2_000 };
const BROWSERS = ["chrome123", "firefox128", "safari17.5"]; // the first with light-dark() and CSS container queries

/** @type {import("esbuild").Plugin} */
const styles = {
  name: "styles as text, minified",
  setup(bundle) {
    bundle.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: BROWSERS });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

let wrong = 0;
for (const [name, limit] of Object.entries(LIMITS)) {
  const made = await build({
    absWorkingDir: new URL(".", import.meta.url).pathname,
    entryPoints: [`src/${name}`],
    bundle: true,
    minify: true,
    ...(name.endsWith(".js") ? { format: "esm" } : {}),
    target: BROWSERS,
    charset: "utf8",
    legalComments: "none",
    banner: { js: "// Pullquote, Apache License 2.0. Made from web/src.", css: "/* Pullquote, Apache License 2.0. Made from web/src. */" },
    plugins: name.endsWith(".js") ? [styles] : [],
    write: false,
  });
  const text = made.outputFiles[0]?.text ?? "";
  const size = gzipSync(text, { level: 9 }).length;
  console.log(`${name}: ${text.length.toLocaleString("en")} characters, ${size.toLocaleString("en")} bytes gzipped`);
  if (size > limit) {
    console.error(`${name} is over its limit of ${limit} bytes gzipped`);
    wrong = 1;
  }
  const file = new URL(name, TARGET);
  if (!process.argv.includes("--check")) {
    await writeFile(file, text);
  } else if ((await readFile(file, "utf8").catch(() => "")) !== text) {
    console.error(`${file.pathname} is not what web/src makes; make it again: npm run build`);
    wrong = 1;
  }
}
process.exitCode = wrong;
