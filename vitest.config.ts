import { defineConfig } from 'vitest/config'
import { LongestFirst } from './src/testing/longest-first.ts'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Needs programs of the very version of a real server: continuous integration has them, in its second part.
    exclude: process.env.TEST_POSTGRES_TOOLS ? [] : ['test/backup.test.ts'],
    globalSetup: ['src/testing/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for comes; how soon is measured by the bench, not by tests on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // As the product runs: Node reads our files itself.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    reporters: process.env.CI ? ['default', 'json'] : ['default'],
    outputFile: { json: 'coverage/results.json' },
  },
})
