import { describe, expect, it } from "vitest";
import { StackText } from "../../../../automation/edit/stack-text.js";

const FILE = `# A remark at the top.
config:
  cluster:
    name: "one"   # the name
    nodes:
      # The oldest.
      frege:
        id: 1
        address: 10.0.0.1

      russell:
        id: 2 # second
      boole: { id: 3, address: 10.0.0.3 }
    monitors: [frege, russell, boole]
    order: [
      frege,
      boole, # the last
    ]
    ha:
      - frege
      - russell
    weights: { frege: 100, russell: 50 }
    last: yes
`;
const at = (...path: (string | number)[]) => ["config", "cluster", ...path];
const edited = (edit: (text: StackText) => StackText): string => edit(new StackText(FILE)).text;
/** The lines that went, and those that came. */
function changed(after: string): string[] {
  const [was, is] = [FILE.split("\n"), after.split("\n")];
  return [
    ...was.filter((line) => !is.includes(line)).map((line) => `-${line}`),
    ...is.filter((line) => !was.includes(line)).map((line) => `+${line}`),
  ];
}

describe("the text of a stack file", () => {
  it("loses a block with all of its lines, and keeps every other byte", () => {
    const after = edited((text) => text.without(at("nodes", "russell")));
    expect(changed(after)).toEqual(["-      russell:", "-        id: 2 # second"]);
    expect(edited((text) => text.without(at("nodes", "boole")))).not.toContain("boole: {");
    expect(edited((text) => text.without(at("last")))).toBe(FILE.replace("    last: yes\n", ""));
  });

  it("loses an item or a key between brackets with its comma, wherever it stands", () => {
    const monitors = (index: number): string | undefined =>
      edited((text) => text.without(at("monitors", index)))
        .split("\n")
        .find((line) => line.includes("monitors"));
    expect(monitors(0)).toBe("    monitors: [russell, boole]");
    expect(monitors(1)).toBe("    monitors: [frege, boole]");
    expect(monitors(2)).toBe("    monitors: [frege, russell]");
    expect(edited((text) => text.without(at("weights", "frege")))).toContain(
      "weights: { russell: 50 }",
    );
    expect(edited((text) => text.without(at("weights", "russell")))).toContain(
      "weights: { frege: 100 }",
    );
    expect(edited((text) => text.without(at("ha", 0)))).toContain("    ha:\n      - russell\n");
    expect(edited((text) => text.without(at("order", 0)))).toContain("order: [\n      boole, #");
  });

  it("gets another value in its place, or a key behind the others", () => {
    expect(changed(edited((text) => text.with(at("nodes", "frege", "id"), "7")))).toEqual([
      "-        id: 1",
      "+        id: 7",
    ]);
    expect(edited((text) => text.with(at("name"), "two"))).toContain("name: two   # the name");
    expect(edited((text) => text.with(at("nodes", "frege", "votes"), "2"))).toContain(
      "        address: 10.0.0.1\n        votes: 2\n",
    );
    expect(edited((text) => text.with(at("nodes", "boole", "votes"), "2"))).toContain(
      "boole: { id: 3, address: 10.0.0.3, votes: 2 }",
    );
    expect(edited((text) => text.with(at("nodes", "russell", "votes"), "2"))).toContain(
      "        id: 2 # second\n        votes: 2\n",
    );
    expect(edited((text) => text.with(at("consent"), "{ a: b }"))).toBe(
      `${FILE}    consent: { a: b }\n`,
    );
  });

  it("gets a block, indented as its neighbours, also without a line break at its end", () => {
    const block = ["hilbert:", "  id: 4"];
    expect(edited((text) => text.withBlock(at("nodes"), block))).toContain(
      "address: 10.0.0.3 }\n      hilbert:\n        id: 4\n    monitors",
    );
    expect(new StackText("a: 1").withBlock([], ["b: 2"]).text).toBe("a: 1\nb: 2\n");
    expect(() => new StackText("a: 1").withBlock(["a"], ["b: 2"])).toThrow(/no mapping/);
  });

  it("gets an item behind another one, between brackets and in lines", () => {
    expect(edited((text) => text.withItemBehind(at("monitors", 1), "hilbert"))).toContain(
      "monitors: [frege, russell, hilbert, boole]",
    );
    expect(edited((text) => text.withItemBehind(at("ha", 1), "hilbert"))).toContain(
      "      - russell\n      - hilbert\n    weights",
    );
    expect(() => new StackText(FILE).withItemBehind(at("name"), "x")).toThrow(/no item/);
  });

  it("tells how entries are written, and what a value says", () => {
    const text = new StackText(FILE);
    expect([text.isOnOneLine(at("nodes")), text.isOnOneLine(at())]).toEqual([true, false]);
    expect(text.isOnOneLine(at("weights"))).toBe(true);
    expect([text.valueOf(at("name")), text.valueOf(at("ha")), text.valueOf(at("none"))]).toEqual([
      "one",
      undefined,
      undefined,
    ]);
  });

  it("tells where each text stands, and on which line", () => {
    const text = new StackText(FILE);
    const places = [...text.texts(at())].filter((one) => one.text === "frege");
    expect(places).toEqual([
      { path: at("nodes", "frege"), kind: "key", text: "frege" },
      { path: at("monitors", 0), kind: "item", text: "frege" },
      { path: at("order", 0), kind: "item", text: "frege" },
      { path: at("ha", 0), kind: "item", text: "frege" },
      { path: at("weights", "frege"), kind: "key", text: "frege" },
    ]);
    expect(places.map(({ path }) => text.lineOf(path))).toEqual([7, 14, 16, 20, 22]);
    expect([text.has(at("ha")), text.has(at("none")), text.sizeOf(at("ha"))]).toEqual([
      true,
      false,
      2,
    ]);
  });
});
