/** The version of this library, as written into every output. */
export const version = "0.1.0";
