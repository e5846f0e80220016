import * as z from "zod";
import { METHOD_NAMES, METHODS } from "../../../methods/methods.js";
import { element, fragment, paragraph } from "../../../report/html.js";
import { textTable } from "../../../report/tables.js";
import { METHOD_TEXTS } from "../methods.js";
import { defineSection } from "../section.js";

/** A prompt of so many words stands for all in the table of costs. */
const WORDS = 8;

/** What is compared. */
export const methods = defineSection({
  id: "methods",
  title: "The methods",
  result: z.never(),
  plan: async () => [],
  finish: async () => ({
    metrics: {},
    body: fragment(
      paragraph(
        "All methods explain the same network and the same prediction or picture. Each gives every word a map, raw: nothing stretched or clipped.",
      ),
      METHOD_NAMES.map((method) =>
        fragment(element("h3", {}, METHODS[method].title), paragraph(METHOD_TEXTS[method])),
      ),
      textTable(`What a method costs for one step of a prompt of ${WORDS} words.`, [
        ["method", "passes of the network", "calls"],
        ...METHOD_NAMES.map((method) => {
          const { calls, passes } = METHODS[method].cost(WORDS);
          return [METHODS[method].title, String(passes), String(calls)];
        }),
      ]),
    ),
  }),
});
