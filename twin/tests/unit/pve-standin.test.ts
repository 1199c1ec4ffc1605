import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);
const TESTS_DIR = path.join("twin", "pve", "tests");

describe("the stand-in Proxmox layer", () => {
  it("passes its own Python tests", async () => {
    const { stderr } = await run("python3", ["-B", "-m", "unittest", "discover", "-s", TESTS_DIR], {
      timeout: 240_000,
    }).catch((error: { stderr?: string; message: string }) => {
      throw new Error(
        `python3 -m unittest discover -s ${TESTS_DIR}\n${error.stderr ?? error.message}`,
      );
    });
    expect(stderr).toMatch(/Ran \d\d+ tests[\s\S]*\nOK/);
  }, 300_000);
});
