import ts from "typescript";

/** What stands in shell and in no sentence: redirections, lists, substitutions, and commands where a command stands. */
const SHELL = new RegExp(
  [
    String.raw`(^|[\s\d)])>(&\d|>? ?["/$])`,
    String.raw`/dev/null|&& | \|\| |\$\(|; (do|then|fi|done)\b`,
    String.raw`(^|[;{|(] *|\n *)(awk|cat|chmod|chown|cp|echo|exec|flock|getent|grep|ip|mkdir|mv|ping|printf|pveum|rm|sed|ssh-keygen|systemctl|systemd-run|tail|timeout|usermod|useradd) [^ ]`,
    String.raw`\b(pvecm (add|create|delnode|expected|qdevice|updatecerts)|pvesm (add|alloc|free|list|remove|set|status)) [-"$X\d]`,
    String.raw`(^|[;{|(] *|\n *)(set --?|test [-!"$])`,
  ].join("|"),
);

/**
 * Scripts into which a value is written by hand. A template that \`sh\` makes quotes what stands in it; a constant of this program
 * has a name in capitals and needs no quotes.
 * @param {string} file its path from the repository's root
 * @param {string} text
 * @returns {string[]} findings
 */
export function unquotedValues(file, text) {
  if (!/^(dynamic-providers|automation)\/.*\.ts$/.test(file)) {
    return [];
  }
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  /** @type {string[]} */
  const findings = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isTemplateExpression(node) && !ts.isTaggedTemplateExpression(node.parent)) {
      const values = node.templateSpans.map(({ expression }) => expression.getText(source));
      const literal = [node.head, ...node.templateSpans.map((span) => span.literal)];
      // Advice in a sentence stands between backquotes.
      const words = literal
        .map((part) => part.text)
        .join("X")
        .replace(/`[^`]*`/g, "");
      if (SHELL.test(words) && !values.every((value) => /^[A-Z][A-Z_]*$/.test(value))) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        findings.push(
          `${file}:${line + 1}: value in a script: \${${values.join("} ${")}}\n    write the script as sh\`…\` (transport/ssh/quoting): it quotes each value, and shell comes in by raw()`,
        );
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return findings;
}
