import { describe, expect, it } from "vitest";
import { escapeXml, parseXml, textOf } from "../../../bmc/amt/xml.js";

describe("a client's XML", () => {
  it("is read by local names, whatever its prefixes, attributes and comments", () => {
    const element = parseXml(
      '<?xml version="1.0"?><!-- a > b -->\n<s:Envelope xmlns:s="urn:a>b">' +
        "<s:Body><w:State n='1'>2</w:State><w:Empty/>&lt;&#65;&#x42;&amp;lt;</s:Body></s:Envelope>\n",
    );
    expect(element?.name).toBe("Envelope");
    const [body] = element?.children ?? [];
    expect(body?.children.map(({ name }) => name)).toEqual(["State", "Empty"]);
    expect(body?.text).toBe("<AB&lt;");
    expect(element && textOf(element, "State")).toBe("2");
    expect(element && textOf(element, "Missing")).toBeUndefined();
  });

  it("gives back what was escaped", () => {
    const text = `a & b < c > "d" &amp;`;
    expect(parseXml(`<t>${escapeXml(text)}</t>`)?.text).toBe(text);
  });

  it.each([
    "",
    "plain",
    "<a>",
    "<a></b>",
    "<a/><b/>",
    "</a>",
    "<a/>x",
    "<a>1 < 2</a>",
    '<!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>',
  ])("is no document when it is %j", (text) => {
    expect(parseXml(text)).toBeUndefined();
  });
});
