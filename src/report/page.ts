import { element, fragment, type Html } from "./html.js";
import { STYLE } from "./style.js";

/** A part of a page, with a heading that the contents link to. */
export interface PagePart {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

/** A whole document in one file: nothing in it refers to another one. */
export function page(title: string, lead: Html, parts: readonly PagePart[]): string {
  const contents = element(
    "nav",
    { "aria-label": "Contents" },
    element(
      "ol",
      {},
      parts.map((part) => element("li", {}, element("a", { href: `#${part.id}` }, part.title))),
    ),
  );
  const sections = parts.map(({ id, title: heading, body }) =>
    element("section", { id }, element("h2", {}, heading), body),
  );
  const head = element(
    "head",
    {},
    element("meta", { charset: "utf-8" }),
    element("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    element("title", {}, title),
    // a style sheet is no text with entities
    element("style", {}, { html: STYLE }),
  );
  const body = element("body", {}, element("header", {}, element("h1", {}, title), lead, contents), sections);
  return `<!doctype html>\n${fragment(element("html", { lang: "en" }, head, body)).html}\n`;
}
