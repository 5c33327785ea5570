// Compiles the portal's style, script and fonts into ../static/build: fingerprinted names, gzip beside each, manifest.json.
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../static/build");
const work = `${target}.new`;
const modules = join(here, "node_modules");
const manifest = {};

// Text is worth compressing; woff2 and TTF go out as they are.
async function put(name, content, { squeeze = true } = {}) {
  const bytes = Buffer.from(content);
  const mark = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const dot = name.lastIndexOf(".");
  const file = `${name.slice(0, dot)}-${mark}${name.slice(dot)}`;
  await writeFile(join(work, file), bytes);
  const squeezed = squeeze ? gzipSync(bytes, { level: 9 }) : null;
  if (squeezed) await writeFile(join(work, `${file}.gz`), squeezed);
  manifest[name] = { file, size: bytes.length, gzip: squeezed?.length ?? null };
  return file;
}

async function webFonts() {
  const rules = [];
  for (const weight of [400, 600]) {
    const css = await readFile(join(modules, `@fontsource/be-vietnam-pro/${weight}.css`), "utf8");
    for (const subset of ["vietnamese", "latin"]) {
      const name = `be-vietnam-pro-${subset}-${weight}`;
      const range = css.match(new RegExp(`${name}-normal \\*/[^}]*unicode-range: ([^;]+);`))[1];
      const bytes = await readFile(join(modules, `@fontsource/be-vietnam-pro/files/${name}-normal.woff2`));
      const file = await put(`${name}.woff2`, bytes, { squeeze: false });
      rules.push(
        `@font-face{font-family:"Be Vietnam Pro";font-style:normal;font-weight:${weight};font-display:swap;` +
          `src:url(${file}) format("woff2");unicode-range:${range}}`,
      );
    }
  }
  return rules.join("\n");
}

// Papers (receipts, conversions) are typeset on the server; these keep plain names in one folder.
async function paperFonts() {
  const folder = join(work, "fonts");
  await mkdir(folder, { recursive: true });
  for (const style of ["400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic"]) {
    const file = `NotoSerif_${style}.ttf`;
    await writeFile(join(folder, file), await readFile(join(modules, `@expo-google-fonts/noto-serif/${style}/${file}`)));
  }
}

async function style(name, fontFaces) {
  const compiled = sass.compile(join(here, `scss/${name}.scss`), {
    style: "compressed",
    loadPaths: [modules],
    quietDeps: true,
  });
  const css = `${fontFaces}${compiled.css}`;
  const small = await esbuild.transform(css, { loader: "css", minify: true, target: ["chrome100", "firefox100", "safari15"] });
  await put(`${name}.css`, small.code);
}

async function script(name) {
  const built = await esbuild.build({
    entryPoints: [join(here, `js/${name}.js`)],
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2020"],
    write: false,
    legalComments: "none",
  });
  await put(`${name}.js`, built.outputFiles[0].contents);
}

await rm(work, { recursive: true, force: true });
await mkdir(work, { recursive: true });
const fontFaces = await webFonts();
await style("portal", fontFaces);
await style("desk", "");
await script("portal");
await script("desk");
await script("checker");
await script("checker-worker");
await put("mark.svg", await readFile(join(here, "images/mark.svg")));
await put("htmx.js", await readFile(join(modules, "htmx.org/dist/htmx.min.js")));
await paperFonts();
await writeFile(join(work, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
await rm(target, { recursive: true, force: true });
await rename(work, target);

for (const [name, { size, gzip }] of Object.entries(manifest)) {
  console.log(`${name.padEnd(36)} ${String(size).padStart(8)} B ${gzip === null ? "" : `${String(gzip).padStart(8)} B gzip`}`);
}
