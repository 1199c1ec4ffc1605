import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runHook } from "../../../../dynamic-providers/hook/run-hook.js";
import type { HookRequest } from "../../../../dynamic-providers/hook/schema.js";
import { eventually } from "../../../../twin/testing/index.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hook-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const request: HookRequest = {
  place: "hooks[1]",
  when: "before",
  phase: "cluster",
  deadlineMs: 10_000,
  stack: "frege",
  folder: tmpdir(),
  secretNames: [],
};

const failureOf = async (command: string, more: Partial<HookRequest> = {}): Promise<string> => {
  try {
    await runHook(command, { ...request, ...more });
  } catch (thrown) {
    return String(thrown);
  }
  throw new Error(`${command} did not fail`);
};

describe("a hook on the controller", () => {
  it("is a shell command that ends with status 0", async () => {
    await runHook(`echo ran > ${folder}/ran && test -f ${folder}/ran`, request);
    expect(readFileSync(`${folder}/ran`, "utf8")).toBe("ran\n");
  });

  it("runs beside the stack file", async () => {
    await runHook("pwd > place", { ...request, folder });
    expect(readFileSync(`${folder}/place`, "utf8")).toBe(`${folder}\n`);
  });

  it("reads nothing: the program's own input is not for it", async () => {
    await runHook(`cat > ${folder}/input`, request);
    expect(readFileSync(`${folder}/input`, "utf8")).toBe("");
  });

  it("that fails names itself, its place, what it said, and what waits for it", async () => {
    const text = await failureOf("echo no licence >&2; exit 3");
    expect(text).toContain("hooks[1] (before the phase cluster)");
    expect(text).toContain("on the controller");
    expect(text).toContain("no licence (exit status 3)");
    expect(text).toContain("Nothing of the phase cluster was started.");
    expect(text).toContain("run `pulumi up` again");
  });

  it("after a phase tells that the phase is done", async () => {
    expect(await failureOf("false", { when: "after" })).toContain("The phase cluster is done");
  });

  it("is ended at its deadline together with what it started", async () => {
    const pid = `${folder}/pid`;
    const text = await failureOf(`sleep 600 & echo $! > ${pid}; wait`, { deadlineMs: 500 });
    expect(text).toContain("longer than 0.5 s");
    const child = Number(readFileSync(pid, "utf8"));
    await eventually(
      () => !alive(child),
      () => `process ${child} still runs`,
      5_000,
    );
  });
});

/** A process that has ended and that nobody has asked about yet runs no more either. */
function alive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
