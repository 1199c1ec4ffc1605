/** Lines around a change, as `diff -u` has them. */
const CONTEXT = 3;

interface Line {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

/** Two texts as a unified diff, without its two lines of names; empty where they are the same. */
export function unifiedDiff(before: string, after: string): string[] {
  const lines = compared(linesOf(before), linesOf(after));
  const changed = lines.flatMap(({ sign }, at) => (sign === " " ? [] : [at]));
  return hunks(changed, lines.length).flatMap(([from, to]) => hunk(lines, from, to));
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** The fewest lines that go and come, by the longest common sequence; what is equal at both ends is not looked at. */
function compared(before: readonly string[], after: readonly string[]): Line[] {
  let head = 0;
  while (head < Math.min(before.length, after.length) && before[head] === after[head]) {
    head += 1;
  }
  let tail = 0;
  while (
    tail < Math.min(before.length, after.length) - head &&
    before.at(-1 - tail) === after.at(-1 - tail)
  ) {
    tail += 1;
  }
  const same = (text: string): Line => ({ sign: " ", text });
  return [
    ...before.slice(0, head).map(same),
    ...middle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(same),
  ];
}

function middle(before: readonly string[], after: readonly string[]): Line[] {
  const width = after.length + 1;
  // Length of what the rests behind line i of the one and line j of the other have in common.
  const common = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [was, is] = [before[i], after[j]];
    if (was !== undefined && was === is) {
      lines.push({ sign: " ", text: was });
      i += 1;
      j += 1;
    } else if (was !== undefined && (is === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: "-", text: was });
      i += 1;
    } else {
      lines.push({ sign: "+", text: is ?? "" });
      j += 1;
    }
  }
  return lines;
}

/** Places from and to which lines are shown: changes whose surroundings touch stand together. */
function hunks(changed: readonly number[], length: number): [from: number, to: number][] {
  const found: [number, number][] = [];
  for (const at of changed) {
    const last = found.at(-1);
    const to = Math.min(length, at + CONTEXT + 1);
    if (last !== undefined && at - CONTEXT <= last[1]) {
      last[1] = to;
    } else {
      found.push([Math.max(0, at - CONTEXT), to]);
    }
  }
  return found;
}

function hunk(lines: readonly Line[], from: number, to: number): string[] {
  const shown = lines.slice(from, to);
  const of = (part: readonly Line[], sign: "-" | "+"): number =>
    part.filter((line) => line.sign === " " || line.sign === sign).length;
  const range = (sign: "-" | "+"): string => {
    const count = of(shown, sign);
    // An empty range begins before the first line.
    const begin = of(lines.slice(0, from), sign) + (count === 0 ? 0 : 1);
    return `${sign}${begin}${count === 1 ? "" : `,${count}`}`;
  };
  return [`@@ ${range("-")} ${range("+")} @@`, ...shown.map(({ sign, text }) => `${sign}${text}`)];
}
