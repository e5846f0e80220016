import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import * as z from "zod";
import { makeReport, reportFiles, type WantedReport } from "../../src/cli/explanations/report.js";
import { defineSection, type Section } from "../../src/cli/explanations/section.js";
import { sizesOf } from "../../src/cli/explanations/sizes.js";
import { CancelledError, InputError, UsageError } from "../../src/errors.js";
import { paragraph } from "../../src/report/html.js";
import { newFolder } from "../files/model-folder.js";
import { tinyDrawing } from "../generate/drawing.js";
import { interrupted, pellucid } from "./run.js";
import { collectIo } from "./terminal.js";

const { model, encodePrompt, compile, settings: sampling } = await tinyDrawing("a cat");

/** A section of `count` units whose results are 1/3, 2/3, ...; `onRun` hears which unit runs. */
function thirds(id: string, count: number, onRun: (name: string) => void = () => {}): Section {
  return defineSection({
    id,
    title: id,
    result: z.number(),
    plan: async () =>
      Array.from({ length: count }, (_, i) => ({
        name: String(i),
        passes: 1,
        run: async () => {
          onRun(`${id}-${i}`);
          return (i + 1) / 3;
        },
      })),
    finish: async (_run, results) => ({
      metrics: Object.fromEntries(
        results.map((value, i) => [`${id}.${i}`, { value, low: value, high: value, n: 1 }]),
      ),
      body: paragraph(results.join()),
    }),
  });
}

/** The section with something to wait for in front of each unit. */
function delayed(section: Section, before: (name: string, signal: AbortSignal) => Promise<void>): Section {
  return {
    ...section,
    plan: async (run) =>
      (await section.plan(run)).map((unit) => ({
        ...unit,
        run: async (signal) => {
          await before(unit.name, signal);
          return await unit.run(signal);
        },
      })),
  };
}

const wantedReport = (
  sections: readonly Section[],
  out: string,
  settings: Readonly<Record<string, unknown>> = { digest: "a" },
): WantedReport => ({
  sections,
  settings,
  lanes: 1,
  files: reportFiles(out),
  command: "pellucid evaluate explanations",
  run: { model, encodePrompt, compile, settings: sampling, sizes: sizesOf(2) },
});

const contents = ({ html, json }: { html: string; json: string }) =>
  [html, json].map((file) => readFileSync(file, "utf8"));

describe("a report in pieces", () => {
  test("that was stopped goes on behind what is finished, and is the same to the byte", async () => {
    const [whole, resumed] = [join(newFolder(), "r.html"), join(newFolder(), "r.html")];
    const straight = wantedReport([thirds("first", 2), thirds("second", 2)], whole);
    await makeReport(straight, collectIo().io, true);

    const ran: string[] = [];
    const { io, controller } = collectIo();
    const note = (name: string) => {
      ran.push(name);
      if (name === "second-0") controller.abort();
    };
    const wanted = wantedReport([thirds("first", 2, note), thirds("second", 2, note)], resumed);
    await assert.rejects(makeReport(wanted, io, true), CancelledError);
    assert.deepEqual(ran.splice(0), ["first-0", "first-1", "second-0"]);
    assert.ok(!existsSync(resumed) && existsSync(`${resumed}.parts`));

    await makeReport(wanted, collectIo().io, true);
    assert.deepEqual(ran, ["second-1"]);
    assert.deepEqual(contents(wanted.files), contents(straight.files));
    assert.ok(!existsSync(`${resumed}.parts`));
  });

  test("is the same to the byte if its pieces are done beside each other", async () => {
    const [one, two] = [join(newFolder(), "r.html"), join(newFolder(), "r.html")];
    const straight = wantedReport([thirds("first", 2), thirds("second", 2)], one);
    await makeReport(straight, collectIo().io, true);
    // A lane alone would wait for ever: the first piece ends when the second has begun.
    const begun = new EventTarget();
    const meeting = once(begun, "second");
    const waiting = delayed(thirds("first", 2), async (name) => {
      if (name === "1") begun.dispatchEvent(new Event("second"));
      await meeting;
    });
    const beside = { ...wantedReport([waiting, thirds("second", 2)], two), lanes: 2 };
    await makeReport(beside, collectIo().io, true);
    assert.deepEqual(contents(beside.files), contents(straight.files));
  });

  test("ends its other lanes where one fails, with that failure, and keeps what was finished", async () => {
    const out = join(newFolder(), "r.html");
    const broken = new InputError("this piece cannot be had");
    const failing = delayed(thirds("only", 4), async (name, signal) => {
      if (name === "1") throw broken;
      if (name === "2") await new Promise((_, reject) => signal.addEventListener("abort", reject));
    });
    const wanted = { ...wantedReport([failing], out), lanes: 2 };
    await assert.rejects(makeReport(wanted, collectIo().io, true), (error) => error === broken);
    assert.deepEqual(readdirSync(`${out}.parts`).sort(), ["only-0.json", "settings.json"]);
  });

  test("says how long it will take, and what is there", async () => {
    const out = join(newFolder(), "r.html");
    const { io, written, controller } = collectIo();
    const cancelling = thirds("only", 2, () => controller.abort());
    await assert.rejects(makeReport(wantedReport([cancelling], out), io, false), CancelledError);
    assert.match(written.stderr, /^about \d+ s to go; Ctrl-C stops, and the same command goes on/);
    const again = collectIo();
    await makeReport(wantedReport([thirds("only", 2)], out), again.io, false);
    assert.match(again.written.stderr, /^1 of 2 pieces of work are there; about \d+ s to go/);
  });

  test("takes up no work of other settings, nor a folder of something else", async () => {
    const { io, controller } = collectIo();
    const out = join(newFolder(), "r.html");
    controller.abort();
    await assert.rejects(makeReport(wantedReport([thirds("a", 1)], out), io, true), CancelledError);
    const other = wantedReport([], out, { digest: "b", steps: 2 });
    await assert.rejects(makeReport(other, io, true), (error: unknown) => {
      assert.ok(error instanceof InputError);
      assert.match(
        error.message,
        /r\.html\.parts holds work of another digest and steps; go on with its own/,
      );
      return true;
    });
    const strange = join(newFolder(), "s.html");
    mkdirSync(`${strange}.parts`);
    writeFileSync(join(`${strange}.parts`, "thesis.txt"), "mine");
    await assert.rejects(makeReport(wantedReport([], strange), io, true), /holds something else/);
    assert.deepEqual(readdirSync(`${strange}.parts`), ["thesis.txt"]);
  });

  test("tells of damaged results", async () => {
    const { io, controller } = collectIo();
    const out = join(newFolder(), "r.html");
    controller.abort();
    const wanted = wantedReport([thirds("a", 1)], out);
    await assert.rejects(makeReport(wanted, io, true), CancelledError);
    for (const damage of ['"text"', "{"]) {
      writeFileSync(join(`${out}.parts`, "a-0.json"), damage);
      await assert.rejects(makeReport(wanted, collectIo().io, true), InputError);
    }
  });

  test("is an HTML file", () => {
    assert.deepEqual(reportFiles("a/b.html"), { html: "a/b.html", json: "a/b.json" });
    for (const out of ["report", "report.json", ".html", "a/.html"])
      assert.throws(() => reportFiles(out), UsageError);
  });
});

describe("pellucid evaluate explanations", () => {
  const folder = newFolder();
  const refused = async (...words: string[]) => {
    const { code, stderr } = await pellucid("evaluate", "explanations", ...words);
    return `${code} ${stderr}`;
  };

  test("refuses what it cannot do before it works, and leaves nothing behind", async () => {
    const out = ["--out", join(folder, "r.html")];
    assert.match(await refused("--quick", "--count", "4", ...out), /^2 .*--quick is --count 20; got both/);
    assert.match(await refused("--count", "1", ...out), /^2 .*--count must be/);
    assert.match(await refused("--qick", ...out), /^2 .*unknown option --qick; did you mean "--quick"/);
    assert.match(await refused("--out", join(folder, "r.pdf")), /^2 .*must be a file that ends in \.html/);
    assert.match(await refused("nowhere", ...out), /^2 .*nowhere/);
    writeFileSync(join(folder, "file"), "");
    assert.match(await refused("--out", join(folder, "file", "r.html")), /^1 .*cannot write/);
    mkdirSync(join(folder, "r.html"));
    assert.match(await refused(...out), /^1 .*this is a folder/);
    assert.deepEqual(readdirSync(folder).sort(), ["file", "r.html"]);
  });

  test("is stopped by Ctrl-C, and keeps the settings of its work", async () => {
    const out = join(newFolder(), "r.html");
    const { code, stderr } = await interrupted("evaluate", "explanations", "--count", "2", "--out", out);
    assert.equal(code, 130);
    assert.match(stderr, /to go; Ctrl-C stops/);
    const kept = JSON.parse(readFileSync(join(`${out}.parts`, "settings.json"), "utf8"));
    assert.deepEqual([kept.model, kept.count, kept.seeds.scenes], ["emoji", 2, 7]);
  });
});
