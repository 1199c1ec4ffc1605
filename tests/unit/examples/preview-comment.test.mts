import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runIn, validationIn } from "../../../examples/ci/answers.mjs";
import { commentOf, markerOf } from "../../../examples/ci/preview-comment.mjs";
import { previewJson, validateJson } from "./told.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "comment-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const good = validationIn(validateJson("Pulumi.frege.yaml"));

function comment(told: unknown, status: number): string {
  return commentOf({
    stack: "frege",
    status,
    validation: good,
    preview: runIn(told, "preview"),
  });
}

const russell = { phase: "host", title: "Hosts", of: "russell", kind: "host/Files" };

describe("the comment of a preview", () => {
  it("begins with its mark, and says in one line what it comes to", () => {
    const lines = comment(previewJson({ changes: { same: 84 } }), 0).split("\n");
    expect(lines.slice(0, 2)).toEqual([markerOf("frege"), "## `frege`: nothing to do"]);
    expect(lines).toContain("84 as wanted");
    expect(lines.join("\n")).toContain("(exit status 0)");
  });

  it("counts, goes phase by phase, and puts before them what goes away", () => {
    const told = previewJson(
      { status: 4, changes: { update: 1, delete: 1, same: 70 } },
      {
        steps: [
          { ...russell, action: "update", name: "russell-names", why: ["/etc/hosts differs"] },
          {
            phase: "storage",
            title: "Storage",
            of: "nfs-isos",
            kind: "pvesm/Storage",
            action: "remove",
            name: "nfs-isos",
            why: [],
          },
        ],
        notes: [{ text: "frege is freshly installed" }],
        warnings: [{ subject: "nfs-vms", text: "the NAS is one machine" }],
      },
    );
    const text = comment(told, 4);
    expect(text).toContain("1 to `update`, 1 to `delete`, 70 as wanted");
    const order = [
      "### Look twice",
      "- `remove` `nfs-isos` (`pvesm/Storage`)",
      "### To think about",
      "- `nfs-vms`: `the NAS is one machine`",
      "### Warnings of the stack file",
      "### `Hosts` (1)",
      "- `update` `russell-names` (`host/Files`)\n  - `/etc/hosts differs`",
      "### `Storage` (1)",
      "### Seen on the hosts",
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it("says a warning of the stack file once, with its place", () => {
    const [finding] = good?.files.flatMap(({ findings }) => findings) ?? [];
    const { path: at = "", code = "", what = "" } = finding ?? {};
    const text = comment(
      previewJson({}, { warnings: [{ text: `${at}: ${what} Do. [${code}]` }] }),
      0,
    );
    expect(what).not.toBe("");
    expect(text.split(what)).toHaveLength(2);
    expect(text).not.toContain("### To think about");
  });

  it("tells a refusal with its reason", () => {
    const text = comment(
      previewJson({ status: 3, errors: ["refused, nothing was changed: 2 of 3 votes"] }),
      3,
    );
    expect(text).toContain("## `frege`: refused");
    expect(text).toContain("```text\nrefused, nothing was changed: 2 of 3 votes\n```");
  });

  it("says that a preview without a host proves little", () => {
    const text = comment(previewJson({ status: 5, changes: { create: 80 } }), 5);
    expect(text).toContain("## `frege`: no host answered");
    expect(text).toContain("by the file and the records alone");
  });

  it("takes what a run gives that ended before the engine started", () => {
    const text = comment({ status: 1, errors: ["the stack is currently locked by 1 lock(s)"] }, 1);
    expect(text).toContain("the stack is currently locked by 1 lock(s)");
  });

  it("has no preview where the stack file has mistakes, and says each with its place", () => {
    const file = path.join(folder, "Pulumi.frege.yaml");
    writeFileSync(
      file,
      readFileSync("Pulumi.frege.yaml", "utf8").replace("name: ms01", "nam: ms01"),
    );
    const text = commentOf({
      stack: "frege",
      status: 2,
      validation: validationIn(validateJson(file)),
      preview: undefined,
    });
    expect(text).toContain("## `frege`: mistakes in the stack file");
    expect(text).toMatch(/### Mistakes\n\n- `\S*Pulumi\.frege\.yaml:\d+:\d+` `[\w/-]+`/);
    expect(text).not.toContain("as wanted");
  });

  it("keeps Markdown, mentions, HTML and marks of terminals from outside in code", () => {
    const evil = "\u001b[31m``@everyone``\u001b[0m <img src=x> [a](b)\n# title\u202e";
    const text = comment(
      previewJson(
        { status: 4, errors: [`${evil}\n\`\`\`\nout`] },
        { steps: [{ ...russell, action: "update", name: evil, why: [evil] }] },
      ),
      4,
    );
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("\u202e");
    expect(text).toContain("\\u202e");
    expect(text).toContain("````text\n``@everyone``");
    const outside = text
      .replace(/(`{3,})text\n[\s\S]*?\n\1/g, "")
      .replace(/(?<!`)(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, "");
    expect(outside).not.toMatch(/everyone|<img|title|\]\(/);
  });

  it("is never longer than a platform takes, and says what was left out", () => {
    const steps = Array.from({ length: 1_000 }, (_, index) => ({
      ...russell,
      phase: `phase-${index % 9}`,
      action: "create",
      name: `${"n".repeat(400)}-${index}`,
      why: Array.from({ length: 30 }, () => "w".repeat(500)),
    }));
    const errors = Array.from({ length: 40 }, () => "e".repeat(9_000));
    for (const told of [{ steps }, { steps, errors }]) {
      const text = comment(previewJson({ status: 4, ...told }, told), 4);
      expect(text.length).toBeLessThanOrEqual(60_000);
      expect(text).toMatch(/^## `frege`: changes$/m);
      expect(text).toMatch(
        /more parts? do(es)? not fit here: `proxmox-ha preview frege` shows all/,
      );
    }
  });

  it("has a mark for each stack", () => {
    const stacks = ["a-b", "a_b", "a--b", "a.b"];
    expect(new Set(stacks.map(markerOf)).size).toBe(stacks.length);
    for (const stack of stacks) {
      expect(markerOf(stack)).toMatch(/^<!-- [^-]+-[^-]+ -->$/);
    }
  });
});

it("says so where program and scripts are of two versions", () => {
  expect(() => runIn({ status: "fine" }, "preview")).toThrow("from the same commit");
});
