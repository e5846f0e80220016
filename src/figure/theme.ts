import type { TextStyle } from "./text.js";

export const INK = "#1f2328";
export const QUIET = "#636c76";
export const HAIRLINE = "#d8dee4";
export const TRACK = "#eaeef2";
export const BAR_FILL = "#57606a";
/** For warnings, which say so in words too. */
export const ALARM = "#b3261e";

/** Text sizes in pixels. */
export const TITLE: TextStyle = { size: 20, weight: "semibold", fill: INK };
export const HEADING: TextStyle = { size: 15, weight: "semibold", fill: INK };
export const STRONG: TextStyle = { size: 13, weight: "semibold", fill: INK };
export const BODY: TextStyle = { size: 13, weight: "regular", fill: INK };
export const SMALL: TextStyle = { size: 11, weight: "regular", fill: QUIET };
export const WARNING: TextStyle = { size: 11, weight: "semibold", fill: ALARM };

/** Space around a drawing, and between its parts, in pixels. */
export const MARGIN = 36;
export const SECTION_GAP = 36;
