import { describe, expect, it } from "vitest";
import { parseObserved, type SetFacts } from "../../../../../dynamic-providers/host/files/facts.js";
import { planFiles } from "../../../../../dynamic-providers/host/files/plan.js";
import type { FilesState } from "../../../../../dynamic-providers/host/files/schema.js";
import { renderChange } from "../../../../../dynamic-providers/kit/change.js";
import { FREGE } from "../../../../support/connection.js";

const [A, B] = ["a".repeat(64), "b".repeat(64)];

function state(files: FilesState["files"], reload?: string): FilesState {
  return {
    adopt: false,
    consent: {},
    secretVersions: {},
    connection: FREGE,
    set: "hosts",
    files,
    ...(reload === undefined ? {} : { reload }),
  };
}

const wish = { digest: A, holdsSecrets: false, mode: "0644", owner: "root", group: "root" };
const found = {
  sha256: A,
  mode: "0644",
  owner: "root",
  group: "root",
  written: A,
  untouched: false,
  lines: "",
};

function facts(files: SetFacts["files"], more: Partial<SetFacts> = {}): SetFacts {
  return { files, expected: {}, wayInWaits: false, reloadPending: false, ...more };
}

const plan = (...args: Parameters<typeof planFiles>): string[] =>
  planFiles(...args).map(renderChange);

describe("the plan of a set of files", () => {
  it("is empty when all is as wanted", () => {
    expect(plan(state({ "/x": wish }), facts({ "/x": found }))).toEqual([]);
  });

  it("adds what is absent and names each attribute that differs", () => {
    const there = { ...found, sha256: B, mode: "0600", group: "adm" };
    expect(plan(state({ "/x": wish, "/y": wish }), facts({ "/x": there }))).toEqual([
      'files["/x"].content: sha256 bbbbbbbbbbbb… -> sha256 aaaaaaaaaaaa…',
      'files["/x"].mode: 0600 -> 0644',
      'files["/x"].group: adm -> root',
      'files["/y"]: absent -> sha256 aaaaaaaaaaaa…',
    ]);
  });

  it("replaces what an installation left, and shows the lines of what a person made", () => {
    const kinds = (there: Partial<typeof found>) =>
      planFiles(
        state({ "/x": wish }),
        facts({ "/x": { ...found, sha256: B, ...there, written: undefined } }),
      ).map((change) => `${change.kind}: ${change.from}`);
    expect(kinds({ untouched: true })).toEqual(["add: sha256 bbbbbbbbbbbb…"]);
    expect(kinds({ lines: "10.0.0.9 printer" })).toEqual([
      "change: sha256 bbbbbbbbbbbb… (10.0.0.9 printer)",
    ]);
  });

  it("leaves mode and owner to the cluster file system", () => {
    const there = { ...found, mode: "0640", group: "www-data" };
    expect(plan(state({ "/etc/pve/x": wish }), facts({ "/etc/pve/x": there }))).toEqual([]);
  });

  it("gives back only what the program wrote", () => {
    const files = { "/mine": found, "/theirs": { ...found, written: undefined } };
    expect(planFiles(undefined, facts(files)).map(({ step }) => step)).toEqual([
      { action: "restore", path: "/mine" },
    ]);
  });

  it("judges a file with secrets without showing a digest", () => {
    const secret = { ...wish, holdsSecrets: true };
    const same = facts({ "/x": found });
    expect(plan(state({ "/x": secret }), same)).toEqual([]);
    const rotated = facts({ "/x": found }, { expected: { "/x": B } });
    expect(plan(state({ "/x": secret }), rotated)).toEqual([
      'files["/x"].content: another text -> the wanted text',
    ]);
  });

  it("repeats a reload that did not come through", () => {
    const pending = facts({ "/x": found }, { reloadPending: true });
    expect(plan(state({ "/x": wish }, "true"), pending)).toEqual(["reload: not done -> done"]);
    expect(plan(state({ "/x": wish }), pending)).toEqual([]);
  });
});

describe("the observation", () => {
  it("reads files, absent ones, and passes over noise", () => {
    const output = `bash: warning: setlocale\n/x\t${A}\t0644\troot\troot\t-\tyes\t10.0.0.9 printer|\n/y\tabsent\t-\t-\t-\t${B}\n@@reload-pending\n@@end\n`;
    expect(parseObserved(output)).toEqual({
      files: {
        "/x": {
          sha256: A,
          mode: "0644",
          owner: "root",
          group: "root",
          written: undefined,
          untouched: true,
          lines: "10.0.0.9 printer",
        },
        "/y": {
          sha256: undefined,
          mode: "000-",
          owner: "-",
          group: "-",
          written: B,
          untouched: false,
          lines: "",
        },
      },
      reloadPending: true,
      wayInWaits: false,
    });
    expect(parseObserved(`@@way-in-waits\n${output}`)?.wayInWaits).toBe(true);
  });

  it("that was cut off is none", () => {
    expect(parseObserved(`/x\t${A}\t0644\troot\troot\t-\n`)).toBeUndefined();
  });
});
