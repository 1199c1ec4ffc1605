import { z } from "zod";

/**
 * What no text of a stack file may hold: control characters, other line ends, half characters and marks that turn the
 * direction of what follows. They reach scripts, files and terminals, where nobody sees them and each means something.
 */
const UNSEEN = String.raw`\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069\uFEFF`;
const IN_ONE_LINE = new RegExp(`[${UNSEEN}]`, "u");
const IN_SEVERAL_LINES = new RegExp(`(?![\n\t])[${UNSEEN}]`, "u");

/** Longer than any line that a host takes, and short enough for every pattern behind it. */
const LONGEST_LINE = 4_096;

/** Every text of the schema begins with one of these two; a test walks the schema and finds one that does not. */
export const oneLine = z
  .string()
  .refine((text) => text.length <= LONGEST_LINE, {
    error: `write at most ${LONGEST_LINE} characters`,
    abort: true,
  })
  .refine((text) => !IN_ONE_LINE.test(text), {
    error: "write one line without control characters",
    abort: true,
  });

/** For notes, bodies of messages and commands. */
export const severalLines = z.string().refine((text) => !IN_SEVERAL_LINES.test(text), {
  error: "write text without control characters; line ends and tabs are fine",
  abort: true,
});

/** A text of which something must be there to be seen. */
export const someLine = oneLine.regex(/\S/, "write something; blanks alone say nothing");

export const oneWord = oneLine.regex(/^\S+$/, "write one word without blanks");
