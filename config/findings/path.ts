import type { Path } from "./finding.js";

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** `["networks", "vmbr0.16", 0]` as `networks["vmbr0.16"][0]`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === "number") {
      return `${text}[${segment}]`;
    }
    if (!PLAIN_KEY.test(segment)) {
      return `${text}[${JSON.stringify(segment)}]`;
    }
    return text === "" ? segment : `${text}.${segment}`;
  }, "");
}
