import { type Draft, drafter, type Path } from "../findings/finding.js";
import { clusterSchema } from "../schema/cluster.js";
import type { OddPlace } from "./accepted-yaml.js";
import { loadCodes } from "./codes.js";
import { placeAt } from "./schema-walk.js";

const draft = drafter(loadCodes);

/** What a text without quotes should be instead; nothing for a day where a day belongs. */
export function draftOfOdd({ oddity, text, atKey }: OddPlace, path: Path): Draft | undefined {
  const quoted = JSON.stringify(text);
  const place = { atKey };
  switch (oddity.kind) {
    case "name":
      return draft(
        "yaml/name",
        path,
        `${text === "" ? "Nothing" : text} without quotes is no name.`,
        `Write it in quotes: ${quoted}.`,
        place,
      );
    case "number":
      return draft(
        "yaml/number",
        path,
        `${text} without quotes is another number, or none, for other readers of YAML.`,
        atKey || oddity.meant === undefined
          ? `Write it in quotes: ${quoted}.`
          : `Write ${oddity.meant} where a number is meant, and ${quoted} where a text is.`,
        place,
      );
    case "day":
      return !atKey && /^\d{4}-\d\d-\d\d$/.test(text) && placeAt(clusterSchema, path)?.isDay
        ? undefined
        : draft(
            "yaml/day",
            path,
            `${text} without quotes is a moment for Pulumi, and becomes another text.`,
            `Write it in quotes: ${quoted}.`,
            place,
          );
  }
}
