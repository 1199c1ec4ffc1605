import { expect, it } from "vitest";
import { fileDiffs } from "../../../../automation/preview/file-diffs.js";
import { hideText } from "../../../../config/failure/hidden-text.js";
import { change, on } from "./changes.js";

const files = (texts: Readonly<Record<string, string>>) => ({
  ...on("node-1"),
  files: Object.fromEntries(
    Object.entries(texts).map(([path, content]) => [path, { content, mode: "0644" }]),
  ),
});

it("shows what would be written beside what the last run wanted, by node and path", () => {
  const network = (content: string) => ({
    ...on("node-0"),
    files: [{ path: "/etc/network/interfaces", content, mode: "0644", owner: "root:root" }],
  });
  const found = fileDiffs([
    change("update", "host/Files", {
      before: files({ "/etc/b": "one\n", "/etc/c": "gone\n", "/etc/same": "x\n" }),
      after: files({ "/etc/a": "new\n", "/etc/b": "two\n", "/etc/same": "x\n" }),
    }),
    change("create", "host/Network", { after: network("auto lo\n") }),
    change("remove", "host/Files", { before: files({ "/etc/left": "x\n" }) }),
  ]);
  expect(found.map((one) => [one.node, one.path, one.change])).toEqual([
    ["node-0", "/etc/network/interfaces", "new"],
    ["node-1", "/etc/a", "new"],
    ["node-1", "/etc/b", "changed"],
    ["node-1", "/etc/c", "back"],
  ]);
  expect(found[2]?.diff).toEqual([
    "--- node-1:/etc/b",
    "+++ node-1:/etc/b",
    "@@ -1 +1 @@",
    "-one",
    "+two",
  ]);
});

it("shows secrets by their names, and no text of the program's own files", () => {
  hideText("hunter-of-file-diffs");
  const found = fileDiffs([
    change("update", "host/Files", {
      before: {
        ...on("node-1"),
        files: { "/etc/own": { source: { path: "own", sha256: "aa" } } },
      },
      after: {
        ...on("node-1"),
        files: {
          "/etc/key": { content: "key={{KEY}}\nword=hunter-of-file-diffs\n" },
          "/etc/own": { source: { path: "own", sha256: "bb" } },
        },
      },
    }),
  ]);
  expect(found.flatMap(({ diff }) => diff)).toEqual(
    expect.arrayContaining(["+key={{KEY}}", "+word=[secret]", "-sha256 aa", "+sha256 bb"]),
  );
});
