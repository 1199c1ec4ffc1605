import { describe, expect, it } from "vitest";
import { candidates } from "../../../../automation/completion/candidates.js";
import { complete } from "../../../../automation/completion/run.js";
import { createProgram } from "../../../../automation/program.js";

const program = createProgram("0");
const names = {
  stacks: () => ["frege", "gtr7"],
  nodes: (stack: string) => (stack === "frege" ? ["russell", "wittgenstein"] : []),
  twins: () => [],
};

/** A line with the cursor at its end, as a shell hands it over. */
const at = (line: string): readonly string[] => {
  const words = line.split(" ");
  return candidates(program, words, words.length - 1, names);
};

describe("what a shell offers", () => {
  it("is every verb but the one that shells ask", () => {
    expect(at("proxmox-ha ")).toEqual(
      expect.arrayContaining(["init", "validate", "up", "fence", "twin", "completion"]),
    );
    expect(at("proxmox-ha comp")).toEqual(["completion"]);
  });

  it.each([
    ["stacks", "proxmox-ha up ", ["frege", "gtr7"]],
    ["stacks, more than one", "proxmox-ha validate frege g", ["gtr7"]],
    ["the words of an argument", "proxmox-ha fence frege o", ["off", "on"]],
    [
      "the topics of the runbook",
      "proxmox-ha runbook frege lost-",
      ["lost-quorum", "lost-controller", "lost-stack-file"],
    ],
    ["the stack's nodes", "proxmox-ha fence frege off ", ["russell", "wittgenstein"]],
    ["nodes of an option", "proxmox-ha drill frege off --node w", ["wittgenstein"]],
    ["phases of an option", "proxmox-ha up frege --phase st", ["storage"]],
    ["the next argument behind an option", "proxmox-ha drill --node russell f", ["frege"]],
    ["options", "proxmox-ha status frege --j", ["--json"]],
    ["options where one is begun", "proxmox-ha validate frege -", ["--json", "--help"]],
    ["no stack where a new one is begun", "proxmox-ha init ", []],
    ["profiles of machines", "proxmox-ha init lab --hardware g", ["gtr7", "genoa-a16", "generic"]],
    ["the program's own options", "proxmox-ha --v", ["--version"]],
    ["nothing of a verb that there is not", "proxmox-ha destroy ", []],
    ["no node of a stack that there is not", "proxmox-ha fence plato off ", []],
  ])("is %s", (_what, line, offered) => {
    expect(at(line)).toEqual(offered);
  });

  it("comes from the project's own files, and the twin's verbs from the twin", async () => {
    expect(await complete(program, ["proxmox-ha", "up", "fr"], 2)).toBe("frege\n");
    expect(await complete(program, ["proxmox-ha", "fence", "frege", "off", "ru"], 4)).toBe(
      "russell\n",
    );
    expect(await complete(program, ["proxmox-ha", "twin", "snap"], 2)).toBe("snapshot\n");
  });
});
