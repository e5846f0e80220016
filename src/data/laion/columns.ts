import { InputError, UsageError } from "../../errors.js";

/** The columns of LAION's metadata that are used, under the names of LAION-5B. */
export const LAION_COLUMNS = {
  url: "URL",
  text: "TEXT",
  similarity: "similarity",
  width: "WIDTH",
  height: "HEIGHT",
  punsafe: "punsafe",
  pwatermark: "pwatermark",
  hash: "hash",
} as const;

export type ColumnRole = keyof typeof LAION_COLUMNS;
export type ColumnNames = Readonly<Record<ColumnRole, string>>;

/** Without these a row can't be selected; the others are carried along where they are. */
const SELECTED_BY: readonly ColumnRole[] = ["url", "text", "similarity"];

function isRole(text: string): text is ColumnRole {
  return Object.hasOwn(LAION_COLUMNS, text);
}

/**
 * Column names from text such as "text=caption,url=link"; those not given keep LAION-5B's.
 * Throws UsageError for a part that doesn't read so.
 */
export function parseColumnNames(text: string): ColumnNames {
  const given = text === "" ? [] : text.split(",");
  const renamed = given.map((part) => {
    const at = part.indexOf("=");
    const role = part.slice(0, Math.max(at, 0)).trim();
    const name = part.slice(at + 1).trim();
    if (isRole(role) && name !== "") return [role, name] as const;
    throw new UsageError(
      `columns must be role=name with commas between; got ${JSON.stringify(part)}; ` +
        `roles are ${Object.keys(LAION_COLUMNS).join(", ")}`,
    );
  });
  return { ...LAION_COLUMNS, ...Object.fromEntries(renamed) };
}

/** Throws InputError if a column that is needed is not among `present`. */
export function checkColumns(
  names: ColumnNames,
  present: readonly string[],
  file: string,
  needed: readonly ColumnRole[] = SELECTED_BY,
): void {
  const role = needed.find((candidate) => !present.includes(names[candidate]));
  if (role === undefined) return;
  throw new InputError(
    `${file} must have a column ${JSON.stringify(names[role])}; it has ${present.join(", ")}; ` +
      `say which it is (--columns ${role}=NAME)`,
  );
}
