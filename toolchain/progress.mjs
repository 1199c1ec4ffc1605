/**
 * Lines that say what set-up does: one a decision, and a sign of life in long work. Everything goes to standard
 * error, so that `--print` and `--json` answers stay clean.
 * @typedef {{
 *   say: (topic: string, text: string) => void,
 *   long: <T>(topic: string, what: string, seconds: number, work: (note: (text: string) => void) => Promise<T>) => Promise<T>,
 * }} Progress
 */

const signOfLifeMs = 20_000;

/**
 * @param {(line: string) => void} [write]
 * @returns {Progress}
 */
export function makeProgress(write = (line) => process.stderr.write(`${line}\n`)) {
  const began = performance.now();
  const elapsed = () => ((performance.now() - began) / 1000).toFixed(1).padStart(6);
  /** @type {Progress["say"]} */
  const say = (topic, text) => write(`[${elapsed()} s] ${topic}: ${text}`);
  return {
    say,
    async long(topic, what, seconds, work) {
      const start = performance.now();
      const spent = () => Math.round((performance.now() - start) / 1000);
      let note = "";
      say(topic, `${what} (about ${duration(seconds)})`);
      const timer = setInterval(
        () => say(topic, `${what}: ${howFar(spent(), seconds)}${note}`),
        signOfLifeMs,
      );
      try {
        const result = await work((text) => {
          note = `, ${text}`;
        });
        say(topic, `${what}: done in ${spent()} s`);
        return result;
      } finally {
        clearInterval(timer);
      }
    },
  };
}

/**
 * @param {number} spent
 * @param {number} estimate
 */
function howFar(spent, estimate) {
  return spent <= estimate
    ? `${spent} s of about ${estimate} s`
    : `${spent} s, longer than the ${estimate} s of an idle machine with two processors`;
}

/** @param {number} seconds */
function duration(seconds) {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
