/** Finished markup; whatever text it was made of is escaped. */
export interface Html {
  readonly html: string;
}

/** What an element holds: text, elements, or lists of them. */
export type Content = string | Html | readonly Content[];

/** Attributes by name; undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

const VOID = new Set(["img", "meta", "br", "hr", "col"]);

/** An element of HTML. */
export function element(name: string, attributes: Attributes, ...content: readonly Content[]): Html {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(String(value))}"`],
  );
  const open = `<${name}${written.join("")}>`;
  return { html: VOID.has(name) ? open : `${open}${markup(content)}</${name}>` };
}

/** Several things one after another, without an element around them. */
export const fragment = (...content: readonly Content[]): Html => ({ html: markup(content) });

/** A paragraph. */
export const paragraph = (...content: readonly Content[]): Html => element("p", {}, ...content);

function markup(content: Content): string {
  if (typeof content === "string") return escaped(content);
  return "html" in content ? content.html : content.map(markup).join("");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escaped = (text: string): string => text.replace(/[&<>"]/g, (found) => ENTITIES[found] ?? found);
