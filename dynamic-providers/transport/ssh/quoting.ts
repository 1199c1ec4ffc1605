/** Quotes one word for a POSIX shell. The only place where that is done. */
export function quote(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** What means itself to a shell, quoted or not. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** A command line of separate words. */
export function command(...words: readonly string[]): string {
  return words.map(quote).join(" ");
}

/** Shell that stands in a script as it is, as another script does. */
class Shell {
  constructor(readonly text: string) {}
}

/** Says that a text is shell, and not a value: for what `sh` or `command` made, and for constants of this program. */
export function raw(...lines: readonly string[]): Shell {
  return new Shell(lines.join("\n"));
}

/**
 * A piece of a script in which each interpolated value is one word, whatever is in it; a list is a word each. Shell gets in by
 * `raw` alone. Within quotes of the script no value can be quoted, so only one that means itself passes there: give any other to
 * a variable first, and write `"$name"`.
 */
export function sh(
  texts: TemplateStringsArray,
  ...values: readonly (string | number | Shell | readonly (string | number)[])[]
): string {
  return texts.reduce((script, text, index) => {
    const value = values[index - 1] ?? "";
    if (value instanceof Shell) {
      return script + value.text + text;
    }
    const words = (Array.isArray(value) ? value : [value]).map(String);
    if (withinQuotes(script) && !words.every((word) => PLAIN.test(word))) {
      throw new Error(
        `a text for the script would break out of its quotes: ${JSON.stringify(words.join(" "))}`,
      );
    }
    return script + words.map(quote).join(" ") + text;
  });
}

/** Whether a quote of this script is still open at its end. */
function withinQuotes(script: string): boolean {
  return /['"]/.test(script.replace(/'[^']*'|"(?:[^"\\]|\\.)*"|\\./gs, ""));
}
