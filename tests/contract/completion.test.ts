import { execFileSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { completionScript } from "../../automation/completion/scripts.js";

const names = path.resolve(__dirname, "..", "..", "toolchain", "plain-pulumi", "bin");

/** What bash would offer for a line, once it has read our script. */
function offeredByBash(...words: string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(" ");
  const script = `${completionScript("bash")}
COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}
_proxmox_ha
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { ...process.env, PATH: `${names}:${process.env.PATH ?? ""}` };
  return execFileSync("bash", ["-c", script], { env, encoding: "utf8" }).trim().split("\n");
}

describe("completion in bash", () => {
  it("asks the program for the words", () => {
    expect(offeredByBash("proxmox-ha", "fence", "frege", "o")).toEqual(["off", "on"]);
    expect(offeredByBash("proxmox-ha", "drill", "frege", "off", "--node", "")).toContain("russell");
  });

  it("offers nothing, and prints nothing, where there is nothing", () => {
    expect(offeredByBash("proxmox-ha", "destroy", "")).toEqual([""]);
  });
});

describe("a shell without completion", () => {
  it("is said to have none", () => {
    expect(() => completionScript("tcsh")).toThrow(/no completion for tcsh.*bash, zsh, fish/);
  });
});
