import { describe, expect, it } from "vitest";
import { judgeCli, obtainableSource } from "../../../toolchain/source-choice.mjs";

const onPath = { file: "/opt/pulumi", version: "v3.240.0", oldest: "3.231.0", missing: [] };

describe("a CLI on PATH", () => {
  it("is taken when it is new enough and complete", () => {
    expect(judgeCli(onPath)).toMatchObject({ usable: true, version: "3.240.0" });
  });

  it("is refused when it is old, with both versions", () => {
    expect(judgeCli({ ...onPath, version: "v3.90.1" })).toEqual({
      usable: false,
      reason: "/opt/pulumi is 3.90.1, older than 3.231.0",
    });
  });

  it("is refused when it can't say its version", () => {
    expect(judgeCli({ ...onPath, version: "" })).toMatchObject({
      usable: false,
      reason: "/opt/pulumi does not say its version",
    });
  });

  it("is refused without the language host, by name", () => {
    expect(judgeCli({ ...onPath, missing: ["pulumi-language-nodejs"] })).toMatchObject({
      usable: false,
      reason: "/opt/pulumi has no pulumi-language-nodejs beside it",
    });
  });
});

describe("what has to be fetched", () => {
  const silent = { answers: false, reason: "the host does not answer" };
  const go = { usable: true, reason: "go1.26.8 is on PATH" };

  it("is downloaded when the host answers", () => {
    expect(obtainableSource({ official: { answers: true, reason: "it answers" }, go })).toEqual({
      source: "download",
      reason: "it answers",
    });
  });

  it("is built when it does not, and both reasons are given", () => {
    expect(obtainableSource({ official: silent, go })).toEqual({
      source: "build",
      reason: "the host does not answer; go1.26.8 is on PATH",
    });
  });

  it("can't be had without Go either", () => {
    const none = obtainableSource({ official: silent, go: { usable: false, reason: "no go" } });
    expect(none.source).toBe("none");
  });
});
