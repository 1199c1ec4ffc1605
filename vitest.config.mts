import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** The twin, a workspace, keeps its tests inside; its levels are those of everybody. */
const testsOf = (level: string) => [`{tests,twin/tests}/${level}/**/*.test.?(m)ts`];

export default defineConfig({
  test: {
    pool: "forks",
    // Every file would pay the SDK's import again (0.35 s each); suites reset what they share.
    isolate: false,
    // Left to itself vitest keeps one processor free, which is half of a small machine.
    maxWorkers: availableParallelism(),
    testTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: testsOf("unit"),
          setupFiles: ["tests/support/property-seed.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "components",
          include: testsOf("components"),
          // The first test of a file loads the whole program.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "contract",
          include: testsOf("contract"),
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: testsOf("e2e"),
          testTimeout: 600_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          // Measures and asserts no time; `npm run bench` runs it, and `npm test` does not.
          name: "bench",
          include: ["tests/bench/**/*.test.ts"],
        },
      },
    ],
  },
});
