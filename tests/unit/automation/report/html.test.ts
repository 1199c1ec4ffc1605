import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { html } from "../../../../automation/report/html.js";
import { hideText } from "../../../../config/failure/hidden-text.js";

describe("markup", () => {
  it("is what is written in the program; what is put in is text, also in attributes", () => {
    const name = `"><script>alert('1')</script>&`;
    expect(html`<a title="${name}">${name}</a>`.markup).toBe(
      '<a title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;">&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;</a>',
    );
  });

  it("stays markup when it is put into more of it, alone or many at once", () => {
    const items = ["a", "<b>"].map((one) => html`<li>${one}</li>`);
    expect(html`<ul>${items}${undefined}</ul>${7}`.markup).toBe(
      "<ul><li>a</li><li>&lt;b&gt;</li></ul>7",
    );
  });

  it("never has a tag that a text brought with it", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const { markup } = html`<i class="${a}">${b}</i>`;
        expect(markup.match(/[<>"]/g)?.length).toBe(6);
        expect(markup).not.toContain("'");
      }),
    );
  });

  it("shows signs that reorder or hide a line instead of obeying them", () => {
    expect(html`${"a\u202eb\u001b[2Jc\u0000"}`.markup).toBe("a\\u202eb\\u001b[2Jc\\u0000");
  });

  it("has no value of a secret", () => {
    hideText("sesame-of-this-test");
    expect(html`<p>login with ${"sesame-of-this-test"}</p>`.markup).toBe(
      "<p>login with [secret]</p>",
    );
  });
});
