import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, posix, sep } from "node:path";
import { describe, test } from "node:test";

/** A line of the table in docs/architecture.md; `path` is a folder of src (ending in a slash) or a file of it. */
interface Room {
  readonly path: string;
  readonly isNode: boolean;
}

const table =
  /```\n(?<rooms>[^`]+)```/.exec(readFileSync("docs/architecture.md", "utf8"))?.groups?.rooms ?? "";
const rooms: readonly Room[] = [...table.matchAll(/^(\S+) +(Node\. )?\S/gm)].map(([, path, node]) => ({
  path: path!,
  isNode: node !== undefined,
}));

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((name) => name.split(sep).join("/"))
  .filter((name) => /\.(ts|js)$/.test(name));

/** The place of a file's room in the table, 0 at the top: a file's own line before its folder's. */
function roomOf(file: string): number {
  const own = rooms.findIndex(({ path }) => path === file);
  return own >= 0 ? own : rooms.findIndex(({ path }) => path.endsWith("/") && file.startsWith(path));
}

/** What a file imports, as it is written. */
function importsOf(file: string): string[] {
  const text = readFileSync(`src/${file}`, "utf8");
  return [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)"|\bimport\(?\s*"([^"]+)"/gm)].map(
    ([, from, bare]) => from ?? bare!,
  );
}

const packageOf = (name: string): string => name.split("/", name.startsWith("@") ? 2 : 1).join("/");

/** Packages that work in a browser as they do in Node. */
const everywhere = new Set([
  "@observablehq/plot",
  "linkedom",
  "ml-matrix",
  "onnxruntime-common",
  "pbf",
  "pure-rand",
  "zod",
]);

describe("the rooms of docs/architecture.md", () => {
  test("hold every file, and none is empty", () => {
    assert.deepEqual(
      files.filter((file) => roomOf(file) < 0),
      [],
    );
    const used = new Set(files.map(roomOf));
    assert.deepEqual(
      rooms.filter((_, i) => !used.has(i)),
      [],
    );
  });

  test("import downwards only", () => {
    const upwards = files.flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith("."))
        .map((name) => posix.join(dirname(file), name).replace(/\.js$/, ".ts"))
        .filter((target) => roomOf(target) < roomOf(file))
        .map((target) => `${file} imports ${target}`),
    );
    assert.deepEqual(upwards, []);
  });

  test("import nothing of Node unless they are marked so", () => {
    const foreign = files
      .filter((file) => !rooms[roomOf(file)]!.isNode)
      .flatMap((file) =>
        importsOf(file)
          .filter((name) => !name.startsWith(".") && !everywhere.has(packageOf(name)))
          .map((name) => `${file} imports ${name}`),
      );
    assert.deepEqual(foreign, []);
  });

  test("are all compiled without Node's types unless they are marked so", () => {
    const { include, exclude } = JSON.parse(readFileSync("tsconfig.browser.json", "utf8"));
    const listed = (isNode: boolean, from: readonly Room[]) =>
      from.filter((room) => room.isNode === isNode).map(({ path }) => `src/${path.replace(/\/$/, "")}`);
    assert.deepEqual(include, listed(false, rooms));
    const inside = rooms.filter(({ path }) =>
      rooms.some((room) => room.path !== path && path.startsWith(room.path)),
    );
    assert.deepEqual(exclude, listed(true, inside));
  });
});

test("the check sees imports of every form", () => {
  const all = files.flatMap(importsOf);
  for (const name of ["node:fs", "./commands/train.js", "zod", "sharp", "./graph/ops/elementwise.js"]) {
    assert.ok(all.includes(name), name);
  }
});
