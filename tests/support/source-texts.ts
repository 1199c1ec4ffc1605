import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(__dirname, "..", "..");
let sources: string | undefined;

/** Everything that may stand in an error, with texts that were split over lines put together again. */
function everything(): string {
  sources ??= ["config", "components", "dynamic-providers", "automation"]
    .flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => readFileSync(path.join(ROOT, folder, file), "utf8")),
    )
    .join("\n")
    .replace(/["`] \+\s*["`]/g, "");
  return sources;
}

/** Whether the parts of a quoted message, between the places where names and numbers stand ("…"), are words of the program. */
export function saidBySources(quote: string): boolean {
  const parts = quote
    .split("…")
    .map((part) => part.trim())
    .filter((part) => part.length > 3);
  return parts.length > 0 && parts.every((part) => everything().includes(part));
}
