import { describe, expect, it } from "vitest";
import { Failure } from "../../../../../config/failure/failure.js";
import { framed, unframed } from "../../../../../dynamic-providers/transport/ssh/end-mark.js";
import { look } from "../../../../../dynamic-providers/transport/ssh/look.js";
import type {
  RunOptions,
  RunResult,
} from "../../../../../dynamic-providers/transport/ssh/run-options.js";
import { thrownBy } from "../../../../support/thrown.js";

const marks = { begin: "@@b", end: "@@e" };

describe("what a script printed", () => {
  it.each([
    ["@@b\none\ntwo\n\n@@e 0\n", { kind: "whole", status: 0, text: "one\ntwo\n" }],
    ["@@b\n\n@@e 7\n", { kind: "whole", status: 7, text: "" }],
    ["hello\n@@b\nno line's end\n@@e 12\n", { kind: "whole", status: 12, text: "no line's end" }],
    ["@@b\none\n\n@@e 0\nof a child\n", { kind: "whole", status: 0, text: "one\nof a child\n" }],
    ["@@b\n@@e 0\n", { kind: "cut", text: "@@e 0\n" }],
    ["@@b\none\n\n@@e 1", { kind: "cut", text: "one\n\n@@e 1" }],
    ["@@b\none\n\n@@", { kind: "cut", text: "one\n\n@@" }],
    [
      "This account is currently not available.\n",
      { kind: "not-begun", text: "This account is currently not available.\n" },
    ],
    ["", { kind: "not-begun", text: "" }],
  ])("%j is %j", (printed, expected) => {
    expect(unframed(printed, marks)).toEqual(expected);
  });

  it("goes to the runner with its length in bytes, and its input behind it", () => {
    expect(framed("echo ä", marks, Buffer.from("more")).toString()).toBe("7 @@b @@e\necho ämore");
  });
});

describe("a look at a host", () => {
  const ask = (result: Partial<RunResult>) => {
    const asked: RunOptions[] = [];
    const run = async (_script: string, options: RunOptions): Promise<RunResult> => {
      asked.push(options);
      return { status: 0, signal: undefined, stdout: "", stderr: "", ...result };
    };
    const question = { script: "hostname", verb: "read its name", timeoutMs: 1_000 };
    return { asked, answer: look({ node: "frege", run }, question) };
  };

  it("gives the whole answer, and may be sent again", async () => {
    const { asked, answer } = ask({ stdout: "frege\n" });
    expect(await answer).toBe("frege\n");
    expect(asked).toEqual([{ verb: "read its name", timeoutMs: 1_000, repeatable: true }]);
  });

  it.each([
    [
      { status: 1, stdout: "half of it\n", stderr: "no space left" },
      "half of it | no space left (exit status 1)",
    ],
    [{ status: undefined, signal: "KILL" }, "no exit status"],
    [
      { status: 4, stdout: "secret", confidential: true } as const,
      "(output not shown) (exit status 4)",
    ],
  ])("that failed is no fact: %j", async (result, words) => {
    const error = await thrownBy(Failure, ask(result).answer);
    expect(error.tried).toBe("to read its name");
    expect(error.where).toBe("frege");
    expect(error.cameBack).toBe(`could not be looked at: ${words}`);
    expect(error.doNext).not.toBe("");
  });
});
