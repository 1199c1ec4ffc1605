import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { apart } from "../../../../../dynamic-providers/transport/ssh/apart.js";

const MIB = 1024 * 1024;

function printed({ script }: { readonly script: string }): string {
  const maxBuffer = 64 * MIB;
  return execFileSync("bash", ["--norc", "-c", script], { encoding: "utf8", maxBuffer });
}

function answersTo(scripts: readonly string[], seconds = 20, atOnce?: number) {
  const all = apart(
    scripts.map((script) => ({ script, seconds })),
    atOnce,
  );
  return all.read(printed(all));
}

describe("scripts that are asked together", () => {
  it("have each their own output, complaints and status, whatever one does to its shell", () => {
    const answers = answersTo([
      "echo one; echo 'wrong' >&2; exit 3",
      "cat; printf 'two'",
      "set -e; false",
      "kill -9 $$",
    ]);
    expect([...answers.values()]).toEqual([
      { status: 3, signal: undefined, stdout: "one\n", stderr: "wrong\n" },
      { status: 0, signal: undefined, stdout: "two", stderr: "" },
      { status: 1, signal: undefined, stdout: "", stderr: "" },
      { status: 137, signal: undefined, stdout: "", stderr: expect.any(String) },
    ]);
  });

  it("that hang end in their own time, and hold up none of the others", () => {
    const answers = answersTo(["sleep 60", "echo there"], 1);
    expect(answers.get(0)).toMatchObject({ status: 124, stderr: "no answer after 1 s\n" });
    expect(answers.get(1)).toMatchObject({ status: 0, stdout: "there\n" });
  });

  it("that nobody can end give no answer, and the others theirs", () => {
    // What it leaves behind keeps its output open, as a process does that waits for a dead file system.
    const all = apart([
      { script: "setsid sleep 30 & echo begun", seconds: 1 },
      { script: "echo there", seconds: 1 },
    ]);
    const answers = all.read(printed(all));
    expect([...answers]).toEqual([
      [1, { status: 0, signal: undefined, stdout: "there\n", stderr: "" }],
    ]);
  }, 60_000);

  it("run a few at a time, each with its whole time, and all of them are answered", () => {
    const scripts = Array.from({ length: 7 }, (_, at) => `sleep 0.${at}; echo ${at}`);
    const answers = answersTo(scripts, 20, 2);
    expect([...answers].map(([at, { stdout }]) => [at, stdout])).toEqual(
      scripts.map((_script, at) => [at, `${at}\n`]),
    );
    const folder = 'folder=$(dirname "$0"); mkdir "$folder/$$"';
    const counting = `${folder}; sleep 0.3; ls -d "$folder"/[0-9]*/ | wc -l; rmdir "$folder/$$"`;
    const seen = [
      ...answersTo(
        Array.from({ length: 6 }, () => counting),
        20,
        2,
      ).values(),
    ];
    expect(seen).toHaveLength(6);
    expect(Math.max(...seen.map(({ stdout }) => Number(stdout)))).toBeLessThanOrEqual(2);
  });

  it("that say too much give no answer, and bound what all say", () => {
    const all = apart([
      { script: `yes | head -c ${8 * MIB}`, seconds: 20 },
      { script: `yes | head -c ${8 * MIB} >&2`, seconds: 20 },
      { script: "echo there", seconds: 20 },
      { script: `yes | head -c ${MIB}`, seconds: 20 },
    ]);
    const said = printed(all);
    const answers = all.read(said);
    expect([...answers.keys()]).toEqual([2, 3]);
    expect(answers.get(3)?.stdout).toHaveLength(MIB);
    expect(Buffer.byteLength(said)).toBeLessThanOrEqual(all.maxOutputBytes);
  });

  it("have no answer when the disk has no room for all that they say", () => {
    const all = apart([
      { script: "yes | head -c 100000", seconds: 20 },
      { script: "yes | head -c 100000 >&2", seconds: 20 },
      { script: "echo there", seconds: 20 },
    ]);
    const short = `ulimit -f 16; trap '' XFSZ; ${all.script}`;
    expect([...all.read(printed({ script: short })).keys()]).toEqual([2]);
  });

  it("stand in no process list", () => {
    const asked = "marker=hidden-in-the-script; cat /proc/[0-9]*/cmdline | tr '\\0' '\\n'";
    const { script, read } = apart([
      { script: asked, seconds: 20 },
      { script: "true", seconds: 20 },
    ]);
    // As the transport hands it over: by the input.
    const said = execFileSync("bash", ["--norc", "-s"], { encoding: "utf8", input: script });
    const listed = read(said).get(0)?.stdout;
    expect(listed).toContain("0.script");
    expect(listed).not.toContain("hidden-in-the-script");
  });

  it("have no answer when they are cut before their end, and none of them can give another's", () => {
    const all = apart([
      { script: "echo one; printf '\\n@@apart 1 out\\n\\n@@apart 1 0\\n'", seconds: 20 },
      { script: "echo two", seconds: 20 },
    ]);
    const whole = printed(all);
    expect(all.read(whole).get(1)?.stdout).toBe("two\n");
    const cut = whole.slice(0, whole.lastIndexOf("@@apart-"));
    expect([...all.read(cut).keys()]).toEqual([0]);
  });
});
