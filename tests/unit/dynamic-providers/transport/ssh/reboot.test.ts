import { describe, expect, it } from "vitest";
import { Failure } from "../../../../../config/failure/failure.js";
import type { Clock } from "../../../../../dynamic-providers/transport/base/clock.js";
import { rebootAndWait } from "../../../../../dynamic-providers/transport/ssh/reboot.js";

const down = new Failure("failed", {
  tried: "to connect",
  where: "frege",
  cameBack: "no route",
  doNext: "",
});
const policy = {
  deadlineMs: 60_000,
  attempts: 99,
  firstDelayMs: 1_000,
  factor: 1,
  longestDelayMs: 1_000,
};

function fakeClock(): Clock {
  let time = 0;
  return {
    now: () => time,
    sleep: async (ms) => {
      time += ms;
    },
  };
}

/** A host whose answers to the question for its boot id come from a list; the last one stays. */
function host(answers: readonly (string | Failure)[]) {
  const verbs: string[] = [];
  let asked = 0;
  return {
    node: "frege",
    place: "frege",
    verbs,
    run: async (_script: string, { verb }: { readonly verb: string }) => {
      verbs.push(verb);
      const answer = verb === "reboot" ? "" : (answers[asked++] ?? answers.at(-1) ?? "");
      if (answer instanceof Failure) {
        throw answer;
      }
      return { status: 0, signal: undefined, stdout: `${answer}\n`, stderr: "" };
    },
  };
}

describe("a restart", () => {
  it("is over when the host answers with another boot id, whatever it said meanwhile", async () => {
    const frege = host(["old", "old", down, down, "new"]);
    const id = await rebootAndWait(frege, fakeClock(), new AbortController().signal, policy);
    expect(id).toBe("new");
    expect(frege.verbs.filter((verb) => verb === "reboot")).toHaveLength(1);
  });

  it("that does not come says what was seen last", async () => {
    const waiting = rebootAndWait(
      host(["old", down]),
      fakeClock(),
      new AbortController().signal,
      policy,
    );
    await expect(waiting).rejects.toThrow("not back after 60 s: no route");
  });
});
