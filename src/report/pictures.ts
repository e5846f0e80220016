import { element, type Html } from "./html.js";

/** A PNG as part of the page, enlarged to `width` pixels; every pixel stays a square. */
export function picture(png: Uint8Array, alternative: string, width: number, height = width): Html {
  const source = `data:image/png;base64,${base64(png)}`;
  return element("img", { src: source, alt: alternative, width, height });
}

/** The colour scale of maps, from 0 to its end; `ramp` is a PNG of it. */
export function scaleLegend(ramp: Uint8Array, largest: string, unit: string): Html {
  return element("div", { class: "legend" }, "0", picture(ramp, "colour scale", 160, 10), largest, unit);
}

/** Pictures in rows and columns under headings. */
export function pictureTable(
  caption: string,
  columns: readonly string[],
  rows: readonly { readonly title: string; readonly pictures: readonly Html[] }[],
): Html {
  return element(
    "div",
    { class: "wide" },
    element(
      "table",
      { class: "maps" },
      element("caption", {}, caption),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ["", ...columns].map((title) => element("th", { scope: "col" }, title)),
        ),
      ),
      element(
        "tbody",
        {},
        rows.map(({ title, pictures }) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, title),
            pictures.map((shown) => element("td", {}, shown)),
          ),
        ),
      ),
    ),
  );
}

/** In pieces, for a call takes only so many arguments. */
const base64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
