import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, mock, test } from "node:test";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const pages = [...readdirSync("docs").filter((name) => name.endsWith(".md")), "../ATTRIBUTION.md"].map(
  (name) => ({ path: join("docs", name), text: readFileSync(join("docs", name), "utf8") }),
);
const folder = mkdtempSync(join(tmpdir(), "pellucid-docs-"));
after(() => rmSync(folder, { recursive: true }));

const library = pathToFileURL("src/index.ts").href;
const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, "");

/** What a snippet says it prints: the comments behind its calls of console.log. */
const promised = (code: string): string[] =>
  [...code.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(([, comment]) => comment!);

/** What a snippet prints, line by line. */
async function printed(code: string, name: string): Promise<string[]> {
  const file = join(folder, name);
  writeFileSync(file, code.replace('from "pellucid"', `from "${library}"`));
  const log = mock.method(console, "log", () => undefined);
  try {
    await import(pathToFileURL(file).href);
    return log.mock.calls.map(({ arguments: values }) => format(...values));
  } finally {
    log.mock.restore();
  }
}

/** The anchors of a page, as GitHub makes them from headings. */
const anchors = (text: string): Set<string> =>
  new Set(
    [...withoutCode(text).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );

for (const { path, text } of pages) {
  const quotes = [...text.matchAll(/^<!-- from (\S+) -->\n+```\w+\n([\s\S]*?)^```$/gm)];
  for (const [, source, code] of quotes) {
    test(`${path}: quotes ${source} as it is`, () => {
      assert.ok(readFileSync(source!, "utf8").includes(code!), `not in ${source}:\n${code}`);
    });
  }

  const snippets = [...text.matchAll(/^```ts\n(import [\s\S]*? from "pellucid";\n[\s\S]*?)^```$/gm)];
  for (const [index, [, code]] of snippets.entries()) {
    test(`${path}: snippet ${index + 1} prints what it says`, async () => {
      assert.deepEqual(await printed(code!, `${path.replaceAll("/", "-")}-${index}.mts`), promised(code!));
    });
  }

  test(`${path}: links lead somewhere`, () => {
    for (const [, target] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (target!.startsWith("https:")) continue;
      const [file, anchor] = target!.split("#");
      const linked = file === "" ? path : join(dirname(path), file!);
      assert.ok(existsSync(linked), `${target} is not there`);
      if (anchor !== undefined) {
        assert.ok(anchors(readFileSync(linked, "utf8")).has(anchor), `no heading for ${target}`);
      }
    }
  });
}
