import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseXml, textOf } from "../../../../../dynamic-providers/transport/amt/xml.js";

const escapeXml = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

describe("the XML of WS-Man", () => {
  it("is read by local names, whatever the prefixes", () => {
    const text =
      '<?xml version="1.0"?><!-- note --><a:E xmlns:a="urn:a"><h:State x:unit="n">2</h:State>' +
      "<b:Empty/><b:Raw><![CDATA[<5 & 6>]]></b:Raw></a:E>";
    const element = parseXml(text);
    expect(element.name).toBe("E");
    expect(element.attributes).toEqual({});
    expect(element.children.map(({ name }) => name)).toEqual(["State", "Empty", "Raw"]);
    expect(element.children[0]?.attributes).toEqual({ unit: "n" });
    expect(textOf(element, "State")).toBe("2");
    expect(textOf(element, "Raw")).toBe("<5 & 6>");
    expect(textOf(element, "Missing")).toBeUndefined();
  });

  it("gives back every text that was escaped", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(parseXml(`<t>${escapeXml(text)}</t>`).text).toBe(text);
        expect(parseXml(`<t a="${escapeXml(text)}"/>`).attributes.a).toBe(text);
      }),
    );
  });

  it.each([
    "",
    "plain",
    "<a>",
    "<a></b>",
    "<a/><b/>",
    "</a>",
    "<a>1 < 2</a>",
    '<!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>',
  ])("is refused when it is %j", (text) => {
    expect(() => parseXml(text)).toThrow("not well-formed");
  });
});
