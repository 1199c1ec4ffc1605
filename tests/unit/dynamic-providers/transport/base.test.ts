import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { describeThrown, Failure } from "../../../../config/failure/failure.js";
import { maskSecrets } from "../../../../config/failure/hidden-text.js";
import { Cancellation } from "../../../../dynamic-providers/transport/base/cancellation.js";
import { type Clock, poll, retry } from "../../../../dynamic-providers/transport/base/clock.js";
import { NamedLocks, Places } from "../../../../dynamic-providers/transport/base/mutex.js";
import { FileRunLog } from "../../../../dynamic-providers/transport/base/run-log.js";
import { Secret } from "../../../../dynamic-providers/transport/base/secret.js";
import { quote, raw, sh } from "../../../../dynamic-providers/transport/ssh/quoting.js";

function fakeClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: () => waits.reduce((sum, ms) => sum + ms, 0),
    sleep: async (ms) => void waits.push(ms),
  };
}

const policy = {
  deadlineMs: 1_000,
  attempts: 5,
  firstDelayMs: 100,
  factor: 2,
  longestDelayMs: 300,
};

describe("a secret", () => {
  const secret = new Secret("swordfish-4711");

  it("shows itself in no way but one", () => {
    const shown = [
      `${secret}`,
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }, { depth: 9, showHidden: true }),
      secret.toString() + Object.values(secret).join(),
    ].join();
    expect(shown).not.toContain("swordfish");
    expect(secret.reveal()).toBe("swordfish-4711");
  });

  it("is masked in texts, also when it is encoded", () => {
    const texts = ["swordfish-4711", Buffer.from("swordfish-4711").toString("base64")];
    expect(maskSecrets(`a ${texts.join(" b ")} c`)).toBe("a [secret] b [secret] c");
  });
});

describe("an error for the user", () => {
  it("is one paragraph with the chain of causes, each once", () => {
    const cause = new Error("outer", { cause: new Error("inner", { cause: new Error("inner") }) });
    const error = new Failure(
      "refused",
      { tried: "to write\nit", where: "frege", cameBack: "refused.", doNext: "Ask." },
      { cause },
    );
    expect(error.message).toBe(
      "Failed to write it on frege: refused (because: outer) (because: inner). Ask.",
    );
  });

  it("is told from a fault of the program, which brings its stack", () => {
    expect(describeThrown(new TypeError("oops"))).toMatch(/fault in proxmox-ha itself.*oops.*at /s);
  });
});

describe("patience", () => {
  it("grows between tries, ends at the deadline, and throws the last error", async () => {
    const clock = fakeClock();
    const work = retry(
      (attempt) => Promise.reject(new Error(`try ${attempt}`)),
      () => true,
      policy,
      clock,
    );
    await expect(work).rejects.toThrow("try 5");
    expect(clock.waits).toEqual([100, 200, 300, 300]);
  });

  it("is not spent on what will not pass", async () => {
    const clock = fakeClock();
    const work = retry(
      () => Promise.reject(new Error("no")),
      () => false,
      policy,
      clock,
    );
    await expect(work).rejects.toThrow("no");
    expect(clock.waits).toEqual([]);
  });

  it("reports what was seen last", async () => {
    const failure = (last: number, waitedMs: number): Failure =>
      new Failure("failed", {
        tried: "x",
        where: "",
        cameBack: `${last} at ${waitedMs}`,
        doNext: "",
      });
    let asked = 0;
    const work = poll(
      async () => ++asked,
      () => false,
      policy,
      failure,
      fakeClock(),
    );
    await expect(work).rejects.toThrow("5 at 900");
  });
});

describe("places and locks", () => {
  it("admit so many at once and no more", async () => {
    const places = new Places(3);
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, () =>
        places.hold(async () => {
          most = Math.max(most, ++inside);
          await new Promise((resolve) => setImmediate(resolve));
          inside--;
        }),
      ),
    );
    expect([inside, most]).toEqual([0, 3]);
  });

  it("are free again after a failure", async () => {
    const locks = new NamedLocks();
    await expect(locks.hold("a", () => Promise.reject(new Error("x")))).rejects.toThrow("x");
    expect(await locks.hold("a", async () => "in")).toBe("in");
  });
});

describe("cancellation", () => {
  it("ends all waiting, names what runs, and lets nothing begin", async () => {
    const cancellation = new Cancellation();
    const never = cancellation.waitFor(
      { verb: "join", where: "frege" },
      () => new Promise(() => undefined),
    );
    cancellation.cancel("interrupted");
    await expect(never).rejects.toThrow('interrupted; still running: "join" on frege');
    await expect(
      cancellation.waitFor({ verb: "x", where: "y" }, async () => "begun"),
    ).rejects.toThrow("interrupted");
    expect(cancellation.running()).toEqual([]);
  });

  it("is listened to by as many as wait, without a word of Node's about it", async () => {
    const warnings: string[] = [];
    const note = ({ name }: Error) => void warnings.push(name);
    process.on("warning", note);
    const cancellation = new Cancellation();
    const waiting = Array.from({ length: 40 }, (_, at) =>
      cancellation.waitFor({ verb: `look ${at}`, where: "frege" }, () => new Promise(() => 0)),
    );
    cancellation.cancel("interrupted");
    await Promise.allSettled(waiting);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });
});

describe("quoting", () => {
  it.each([
    ["/etc/hosts", "/etc/hosts"],
    ["", "''"],
    ["a b", "'a b'"],
    ["it's $HOME `x`", "'it'\\''s $HOME `x`'"],
  ])("turns %j into one word", (word, quoted) => {
    expect(quote(word)).toBe(quoted);
  });

  it("makes each value of a script one word, and a list a word each", () => {
    const id = "it's; canary";
    expect(sh`pvesm list ${id} --limit ${3}`).toBe("pvesm list 'it'\\''s; canary' --limit 3");
    expect(sh`echo ${["a b", "c"]} >/dev/null`).toBe("echo 'a b' c >/dev/null");
    expect(sh`{ ${raw("a b", "c")}; }`).toBe("{ a b\nc; }");
  });

  it("lets no value break out of the script's own quotes", () => {
    const name = "a' b";
    expect(sh`echo "of ${"frege"}"`).toBe('echo "of frege"');
    expect(() => sh`echo "of ${name}"`).toThrow(/break out of its quotes/);
    expect(() => sh`sed -n 's/${name}//p'`).toThrow(/break out of its quotes/);
    expect(sh`echo 'a' "it's" \\' ${name}`).toBe("echo 'a' \"it's\" \\' 'a'\\'' b'");
  });
});

describe("the log of a run", () => {
  it("writes its counters once, however often the end is announced", () => {
    const file = join(mkdtempSync(join(tmpdir(), "proxmox-ha-log-")), "run.jsonl");
    const log = new FileRunLog({ file, trace: false, now: () => 0, print: () => undefined });
    log.count("frege", { roundTrips: 2 });
    log.finish();
    log.finish();
    expect(readFileSync(file, "utf8").trim().split("\n")).toHaveLength(1);
    rmSync(dirname(file), { recursive: true });
  });
});
