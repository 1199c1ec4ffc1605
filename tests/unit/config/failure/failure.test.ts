import { describe, expect, it } from "vitest";
import {
  badInput,
  describeThrown,
  Failure,
  messageOf,
} from "../../../../config/failure/failure.js";
import { kindsIn, unmarked } from "../../../../config/failure/kind.js";

const parts = { tried: "to write", where: "frege", cameBack: "no", doNext: "Ask." };

describe("a failure on its way through the engine", () => {
  it.each(["refused", "unreachable", "badInput"] as const)("carries that it is %s", (kind) => {
    const text = describeThrown(new Failure(kind, parts));
    const told = `creating resource: 1 error occurred:\n\t* ${text}\n\n`;
    expect(kindsIn(told)).toEqual([kind]);
    expect(unmarked(text)).toBe("Failed to write on frege: no. Ask.");
  });

  it("needs no mark where it has failed and no more", () => {
    expect(describeThrown(new Failure("failed", parts))).toBe("Failed to write on frege: no. Ask.");
  });

  it("is of no kind that a host's words pretend", () => {
    const cameBack = "the host said [proxmox-ha: refused]";
    expect(kindsIn(describeThrown(new Failure("failed", { ...parts, cameBack })))).toEqual([]);
    expect(kindsIn(describeThrown(new Error(cameBack)))).toEqual([]);
  });

  it("keeps its kind for whoever catches it", () => {
    expect(new Failure("unreachable", parts).kind).toBe("unreachable");
  });
});

describe("a file system that is full or closed", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, mkdtemp '/tmp/x'"), {
    code: "ENOSPC",
  });

  it("is the reason on this machine, and no fault of the program", () => {
    const said =
      /^ENOSPC: no space left on device, mkdtemp '\/tmp\/x' on this machine\. .*`df -h`.*Free some/;
    expect(messageOf(full)).toMatch(said);
    expect(describeThrown(full)).toMatch(said);
  });

  it.each([
    ["cp: error writing '/etc/x': No space left on device", "`df -h`"],
    ["Disk quota exceeded", "`quota`"],
    ["mktemp: Read-only file system", "`findmnt`"],
  ])("comes with what to do where a host says %j", (cameBack, advice) => {
    const { message, doNext } = new Failure("failed", { ...parts, cameBack });
    expect(message).toContain(`on frege: ${cameBack}. `);
    expect(message).toContain(advice);
    expect(doNext).toMatch(/run the command again\. Ask\.$/);
  });

  it("is seen behind a failure as well, and changes no other", () => {
    expect(new Failure("failed", parts, { cause: full }).doNext).toContain("`df -h`");
    expect(new Failure("failed", parts).doNext).toBe("Ask.");
  });
});

describe("a mistake on the command line", () => {
  it("keeps its lines", () => {
    const { kind, message } = badInput("there is no fault x; there are:\n  a\n  b", "Take one.");
    expect(kind).toBe("badInput");
    expect(message).toBe("there is no fault x; there are:\n  a\n  b Take one.");
  });
});
